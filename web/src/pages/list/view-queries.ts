import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import type { Page, SavedView } from '../../api/types.ts'
import { parseSearch, stringifySearch } from '../../app/search-params.ts'
import { type ListState, readState, writeState } from './list-state.ts'

/** The views of a list: one's own, then those that others share. */
export const viewsQuery = (list: string) =>
  queryOptions({
    queryKey: ['views', list],
    queryFn: async ({ signal }) => (await ask<Page<SavedView>>('/views', { query: { list }, signal })).items,
    staleTime: 60_000,
  })

/** What a view shows. */
export function stateOf(view: SavedView): ListState {
  return readState(parseSearch(view.search))
}

/** What is shown, as a view keeps it. */
export function searchOf(state: ListState): string {
  return stringifySearch(writeState(state)).replace(/^\?/, '')
}

/** A change of the views of a list; `id` is left out for a new one. */
interface ViewChange {
  readonly id?: number
  readonly method: 'POST' | 'PATCH' | 'DELETE'
  readonly body?: Partial<Pick<SavedView, 'name' | 'search' | 'isShared' | 'isDefault'>>
}

/** Changes the views of a list. */
export function useViewChange(list: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, method, body }: ViewChange) => {
      const path = id === undefined ? '/views' : `/views/${id}`
      return ask(path, { method, ...(body && { body: method === 'POST' ? { ...body, list } : body }) })
    },
    onSettled: () => client.invalidateQueries({ queryKey: viewsQuery(list).queryKey }),
  })
}
