import { queryOptions } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import type { Page, Plan, Template } from '../../api/types.ts'

/** The templates of plans; none where the server knows of no plans. */
export const templatesQuery = queryOptions({
  queryKey: ['plan-templates'],
  queryFn: async ({ signal }) => (await ask<Page<Template>>('/plan-templates', { signal })).items,
  staleTime: Number.POSITIVE_INFINITY,
})

/** The plans of a connection. */
export const plansQuery = (connection: string) =>
  queryOptions({
    queryKey: ['plans', connection],
    queryFn: async ({ signal }) => {
      const { items } = await ask<Page<Plan>>('/plans', { signal })
      return items.filter((plan) => plan.connection === connection)
    },
    refetchInterval: 30_000,
  })
