import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import type { Forecast } from '../../api/types.ts'

/** What is forecast: a plan on its connection, or on a tenant that is not connected yet. */
export interface ForecastTarget {
  readonly path: '/plans/forecast' | '/plans/preview'
  /** Tells one target from another, without anything secret. */
  readonly key: string
  readonly body: object
}

/** A forecast with what only a form wants to know. */
export interface LiveForecast extends Forecast {
  readonly nextRunAt: string | null
  readonly items: readonly (Forecast['items'][number] & {
    readonly sample: readonly {
      readonly id: string
      readonly title: string | null
      readonly outcome: 'comes-in' | 'left-out' | 'kept-as-is'
      readonly reason: string | null
      readonly sentence: string | null
    }[]
  })[]
}

const PAUSE_MS = 500

/** What a plan would bring in as it is chosen now; asked again a moment after each change, unless something is wrong. */
export function useForecast(target: ForecastTarget, wishes: object | null) {
  const now = wishes && JSON.stringify(wishes)
  const [settled] = useDebouncedValue(now, PAUSE_MS)
  const query = useQuery({
    queryKey: ['forecast', target.path, target.key, settled],
    queryFn: ({ signal }) =>
      ask<LiveForecast>(target.path, {
        method: 'POST',
        body: { ...target.body, ...JSON.parse(settled ?? '{}') },
        signal,
      }),
    enabled: settled !== null && now !== null,
    placeholderData: keepPreviousData,
    // Each costs calls of Wiz.
    staleTime: 120_000,
    gcTime: 0,
    refetchOnWindowFocus: false,
    retry: false,
  })
  return { ...query, isFresh: now === settled && !query.isPlaceholderData && !query.isFetching }
}
