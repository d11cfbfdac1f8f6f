import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useListState } from './list-state.ts'
import { searchOf, stateOf, viewsQuery } from './view-queries.ts'

/** Opens a list with its default view where the address asks for nothing; true while it is not known what to show. */
export function useDefaultView(plural: string): boolean {
  const [state, change] = useListState()
  const [isOpen, open] = useState(false)
  const isPlain = searchOf(state) === ''
  const { data, isPending } = useQuery({ ...viewsQuery(plural), enabled: !isOpen && isPlain })
  const view = data?.find(({ isMine, isDefault, search }) => isMine && isDefault && search !== '')
  const waits = !isOpen && isPlain && (isPending || view !== undefined)
  useEffect(() => {
    if (!waits) open(true)
    else if (view) change(stateOf(view), true)
  }, [waits, view, change])
  return waits
}
