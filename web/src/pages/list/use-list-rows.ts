import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { ask } from '../../api/client.ts'
import type { Page, Row } from '../../api/types.ts'
import { type ListQuestion, listQuery } from './list-query.ts'

/** The rows of a list, page after page, and how many there are in all. */
export function useListRows(plural: string, question: ListQuestion) {
  const { filter, search } = question
  const list = useInfiniteQuery({ ...listQuery(plural, question), placeholderData: keepPreviousData })
  // Counting a million rows takes longer than reading a page of them, so the rows do not wait for it.
  const total = useQuery({
    queryKey: ['total', plural, filter, search],
    queryFn: async ({ signal }) => {
      const query = { filter, search: search || undefined, sort: 'id', limit: 1, total: true }
      const { total: least = 0, totalIsAtLeast = false } = await ask<Page<Row>>(`/${plural}`, { query, signal })
      return { least, isAtLeast: totalIsAtLeast }
    },
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  return { list, rows, total: total.data }
}
