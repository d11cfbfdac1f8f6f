import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { listOf, type SearchParams, textOf } from '../../app/search-params.ts'

/** What of a list is shown, as the address says it. */
export interface ListState {
  readonly filter: readonly string[]
  readonly search: string
  readonly sort: readonly string[]
  /** Null means the usual columns. */
  readonly columns: readonly string[] | null
}

/** Reads the address. */
export function readState(search: SearchParams): ListState {
  const columns = textOf(search.columns)
  return {
    filter: listOf(search.filter),
    search: textOf(search.search) ?? '',
    sort: listOf(search.sort),
    columns: columns ? columns.split(',') : null,
  }
}

/** The state of a list as a part of an address. */
export function writeState({ filter, search, sort, columns }: ListState): SearchParams {
  return { filter: [...filter], search, sort: [...sort], columns: columns?.join(',') }
}

/** The state of the list, and a way to change it; every change is a new address. */
export function useListState(): [ListState, (change: Partial<ListState>, replace?: boolean) => void] {
  const search = useSearch({ strict: false }) as SearchParams
  const navigate = useNavigate()
  const state = useMemo(() => readState(search), [search])
  const change = useCallback(
    (part: Partial<ListState>, replace = false) => {
      const next = (before: SearchParams) => writeState({ ...readState(before), ...part })
      void navigate({ to: '.', search: next, replace, resetScroll: false })
    },
    [navigate],
  )
  return [state, change]
}
