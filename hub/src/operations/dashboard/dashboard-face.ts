import { z } from 'zod'

const counts = z.record(z.string(), z.number()).describe('How many, by severity.')
const top = z.object({
  id: z.string(),
  name: z.string().nullable(),
  open: z.number().describe('Open findings.'),
  critical: z.number().describe('How many of them are critical.'),
})

/** The numbers of the dashboard, as they are answered. */
export const dashboardFace = z.object({
  asOf: z.string().describe('When they were counted; over many findings up to a minute ago.'),
  open: counts.describe('Open findings then, by severity.'),
  days: z.array(
    z.object({
      day: z.string(),
      open: counts.describe('Open at the end of that day, of those that are stored now.'),
      opened: z.number(),
      closed: z.number(),
    }),
  ),
  timeToFix: z.array(z.object({ severity: z.string(), fixed: z.number(), medianHours: z.number() })),
  ages: z.array(
    z.object({
      age: z.string(),
      since: z.string().nullable().describe('Found on this day or later.'),
      until: z.string().nullable().describe('Found before this day.'),
      open: counts,
    }),
  ),
  topAssets: z.array(top),
  topProjects: z.array(top),
  topRules: z.array(top),
  freshness: z.array(
    z.object({
      connection: z.string(),
      kind: z.string(),
      successAt: z.string().nullable(),
      fullAt: z.string().nullable(),
    }),
  ),
})

/** Rows of severities and numbers as one object. */
export function bySeverity(rows: readonly { readonly severity: string; readonly n: number }[]): Record<string, number> {
  return Object.fromEntries(rows.map(({ severity, n }) => [severity, n]))
}
