import { useQuery } from '@tanstack/react-query'
import { ask, isAbsent } from '../../api/client.ts'
import type { Page, Row } from '../../api/types.ts'
import { Empty } from '../../ui/empty.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Problem } from '../../ui/problem.tsx'

/** What is brought in through a connection, and how often. */
export function PlansTab({ connection }: { connection: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['plans', connection],
    queryFn: ({ signal }) => ask<Page<Row>>('/plans', { query: { filter: `connection=${connection}` }, signal }),
  })
  if (error && isAbsent(error)) {
    return <Empty title="Plans are not available in this version">Use Sync now to bring in everything.</Empty>
  }
  if (error) return <Problem error={error} retry={() => void refetch()} />
  if (!data) return <Loading />
  return <Empty title="No plans yet" />
}
