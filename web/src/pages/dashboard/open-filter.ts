/** The severities, from the worst on. */
export const WORST_FIRST = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'NONE'] as const

/** The filter of the list behind a number of the dashboard: open findings, and what else is said. */
export function openFilter(connection: string | undefined, ...more: readonly string[]): string[] {
  return ['status=OPEN', 'status=IN_PROGRESS', ...(connection ? [`connection=${connection}`] : []), ...more]
}
