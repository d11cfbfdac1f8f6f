import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { ask } from '../../api/client.ts'
import type { Page, Row } from '../../api/types.ts'
import type { ListState } from './list-state.ts'

const PAGE = 100

/** The rows of a list, page after page, and how many there are in all. */
export function useListRows(plural: string, { filter, search, sort }: Omit<ListState, 'columns'>) {
  const question = { filter, search: search || undefined }
  const order = sort.length > 0 ? { sort } : {}
  const list = useInfiniteQuery({
    queryKey: ['rows', plural, filter, search, sort],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...question, ...order, limit: PAGE, cursor: pageParam ?? undefined }
      return ask<Page<Row>>(`/${plural}`, { query, signal })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  })
  // Counting a million rows takes longer than reading a page of them, so the rows do not wait for it.
  const total = useQuery({
    queryKey: ['total', plural, filter, search],
    queryFn: async ({ signal }) => {
      const query = { ...question, sort: 'id', limit: 1, total: true }
      const { total: least = 0, totalIsAtLeast = false } = await ask<Page<Row>>(`/${plural}`, { query, signal })
      return { least, isAtLeast: totalIsAtLeast }
    },
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  return { list, rows, total: total.data }
}
