import { queryOptions } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import type { Page } from '../../api/types.ts'
import type { ShownPlan, Templates } from './plan-template.ts'

/** The templates of plans, and what there is to choose from. */
export const templatesQuery = queryOptions({
  queryKey: ['plan-templates'],
  queryFn: ({ signal }) => ask<Templates>('/plan-templates', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

/** The plans of a connection. */
export const plansQuery = (connection: string) =>
  queryOptions({
    queryKey: ['plans', connection],
    queryFn: async ({ signal }) => {
      const { items } = await ask<Page<ShownPlan>>('/plans', { signal })
      return items.filter((plan) => plan.connection === connection)
    },
    refetchInterval: 30_000,
  })
