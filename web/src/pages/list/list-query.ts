import { infiniteQueryOptions } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import type { Page, Row } from '../../api/types.ts'
import type { ListState } from './list-state.ts'

const PAGE = 100

/** Which rows of a list, and in which order. */
export type ListQuestion = Omit<ListState, 'columns'>

/** The rows of a list, page after page. */
export const listQuery = (plural: string, { filter, search, sort }: ListQuestion) =>
  infiniteQueryOptions({
    queryKey: ['rows', plural, filter, search, sort],
    queryFn: ({ pageParam, signal }) => {
      const order = sort.length > 0 ? { sort } : {}
      const query = { filter, search: search || undefined, ...order, limit: PAGE, cursor: pageParam ?? undefined }
      return ask<Page<Row>>(`/${plural}`, { query, signal })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchOnWindowFocus: false,
  })
