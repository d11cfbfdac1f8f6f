import { queryOptions } from '@tanstack/react-query'
import { ask, part } from './client.ts'
import type { Auth, Connection, ConnectionDetail, Detail, Kind, Page, Row } from './types.ts'

/** Who is signed in, and how one signs in here. */
export const authQuery = queryOptions({
  queryKey: ['auth'],
  queryFn: ({ signal }) => ask<Auth>('/auth', { signal }),
  staleTime: 60_000,
})

/** The kinds of objects there are; they change only with the version of the server. */
export const kindsQuery = queryOptions({
  queryKey: ['kinds'],
  queryFn: async ({ signal }) => (await ask<Page<Kind>>('/kinds', { signal })).items,
  staleTime: Number.POSITIVE_INFINITY,
})

/** All connections. */
export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: async ({ signal }) => (await ask<Page<Connection>>('/connections', { query: { limit: 500 }, signal })).items,
  refetchInterval: 30_000,
})

/** One connection with the freshness of its kinds. */
export const connectionQuery = (name: string) =>
  queryOptions({
    queryKey: ['connections', name],
    queryFn: ({ signal }) => ask<ConnectionDetail>(`/connections/${part(name)}`, { signal }),
    refetchInterval: 30_000,
  })

/** The names of the Wiz projects by their ids. */
export const projectNamesQuery = queryOptions({
  queryKey: ['project-names'],
  queryFn: async ({ signal }) => {
    const { items } = await ask<Page<Row>>('/projects', { query: { limit: 1000, sort: 'name' }, signal })
    return new Map(items.map((row) => [String(row.id), String(row.name ?? row.id)]))
  },
  staleTime: 300_000,
})

/** All that is known of one object, or was at a moment. */
export const objectQuery = (plural: string, id: string, { connection, at }: { connection?: string; at?: string }) =>
  queryOptions({
    queryKey: ['objects', plural, id, connection, at],
    queryFn: ({ signal }) => ask<Detail>(`/${plural}/${part(id)}`, { query: { connection, at }, signal }),
  })
