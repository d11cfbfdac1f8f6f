import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { configurationFinding } from '../../src/kinds/configuration-finding.ts'
import { issue } from '../../src/kinds/issue.ts'
import { showDashboard } from '../../src/operations/dashboard/show.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { addConnection, addRows, type Values } from '../query/rows.ts'
import { ask, OWNER } from './ask.ts'

let test: TestApp
let one = 0
let two = 0
beforeAll(async () => {
  test = await testApp()
})
beforeEach(async () => {
  await test.empty()
  one = await addConnection(test.app, 'one')
  two = await addConnection(test.app, 'two')
})
afterAll(() => test.close())

const DAY_MS = 86_400_000
const DAYS = 30

const moment = fc.oneof(
  fc.constant(null),
  // Also what lies ahead, by a clock that goes wrong.
  fc.integer({ min: -3 * 24, max: 300 * 24 }).map((hours) => new Date(Date.now() - hours * 3_600_000).toISOString()),
)
const rowOf = fc.record({
  id: fc.constantFrom(...'abcdefghijklmnop'),
  status: fc.constantFrom('OPEN', 'OPEN', 'IN_PROGRESS', 'RESOLVED', 'RESOLVED', 'REJECTED', 'NEW', null),
  severity: fc.constantFrom('LOW', 'CRITICAL', 'CRITICAL', 'UNHEARD_OF', null),
  projectIds: fc.constantFrom(null, [], ['p1'], ['p1', 'p2'], ['p3']),
  ruleId: fc.constantFrom(null, ...'rstuvwxyz12'),
  ruleName: fc.constantFrom('rule'),
  assetId: fc.constantFrom(null, ...'rstuvwxyz12'),
  assetName: fc.constantFrom(null, 'server'),
  createdAt: moment,
  firstSeenAt: moment,
  updatedAt: moment,
  resolvedAt: moment,
})
const writes = fc.array(
  fc.record({
    kind: fc.constantFrom(issue, issue, configurationFinding),
    connection: fc.constantFrom('one', 'two'),
    rows: fc.array(rowOf, { maxLength: 25 }),
    removed: fc.constantFrom(null, 'a', 'b'),
  }),
  { maxLength: 4 },
)
const visibilities = [
  {},
  { connection: 'one' },
  { projectIds: ['p1', 'p3'] },
  { projectIds: ['p2', 'p3', 'p9'] },
  { projectIds: ['p9'] },
  { connectionIds: 'two', projectIds: ['p2'] },
]

interface Finding {
  readonly severity: string | null
  readonly status: string | null
  readonly rule: string | null
  readonly assetId: string | null
  readonly detectedAt: string | null
  readonly closedAt: string | null
}

/** What may be seen, read row by row. */
async function readAll(connectionIds: number[], projectIds: string[] | null): Promise<Finding[]> {
  const { rows } = await test.app.store.pool.query<Finding>(
    `SELECT severity, status, rule, asset_id AS "assetId", detected_at AS "detectedAt",
       CASE WHEN status IN ('RESOLVED', 'REJECTED') THEN coalesce(resolved_at, updated_at) END AS "closedAt"
     FROM finding WHERE connection_id = ANY ($1) AND ($2::text[] IS NULL OR project_ids && $2)`,
    [connectionIds, projectIds],
  )
  return rows
}

const isOpen = ({ status }: Finding) => status === 'OPEN' || status === 'IN_PROGRESS'
const bySeverity = (findings: readonly Finding[]) => {
  const counts = new Map<string, number>()
  for (const { severity } of findings) counts.set(severity ?? 'NONE', (counts.get(severity ?? 'NONE') ?? 0) + 1)
  return Object.fromEntries(counts)
}
const withoutZeros = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(counts).filter(([, n]) => n !== 0))
const dayOf = (text: string) => text.slice(0, 10)
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10)

function openAtEndOf(day: string, findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { severity, detectedAt, closedAt } of findings) {
    if (detectedAt === null) continue
    const came = dayOf(detectedAt) <= day ? 1 : 0
    const went = closedAt !== null && dayOf(closedAt) <= day ? 1 : 0
    counts[severity ?? 'NONE'] = (counts[severity ?? 'NONE'] ?? 0) + came - went
  }
  return withoutZeros(counts)
}

function topOf(findings: readonly Finding[], what: 'rule' | 'assetId') {
  const groups = Map.groupBy(findings.filter(isOpen), (finding) => finding[what])
  groups.delete(null)
  const all = [...groups].map(([id, some]) => ({
    id: id as string,
    open: some.length,
    critical: some.filter(({ severity }) => severity === 'CRITICAL').length,
  }))
  const order = (a: (typeof all)[number], b: (typeof all)[number]) =>
    b.critical - a.critical || b.open - a.open || (a.id < b.id ? -1 : 1)
  return all.toSorted(order).slice(0, 8)
}

function timeToFix(findings: readonly Finding[]) {
  const fixed = findings.flatMap(({ severity, status, detectedAt, closedAt }) => {
    if (status !== 'RESOLVED' || detectedAt === null || closedAt === null || dayOf(closedAt) < daysAgo(DAYS - 1))
      return []
    const hours = (Date.parse(closedAt) - Date.parse(detectedAt)) / 3_600_000
    return hours >= 0 ? [{ severity: severity ?? 'NONE', hours }] : []
  })
  return [...Map.groupBy(fixed, ({ severity }) => severity)].map(([severity, some]) => {
    const hours = some.map((each) => each.hours).sort((a, b) => a - b)
    const at = (hours.length - 1) / 2
    const medianHours = ((hours[Math.floor(at)] ?? 0) + (hours[Math.ceil(at)] ?? 0)) / 2
    return { severity, fixed: hours.length, medianHours: expect.closeTo(medianHours, 6) }
  })
}

it('VIEW-1 counts what reading every finding counts, whatever was written and whoever asks', async () => {
  const law = fc.asyncProperty(
    writes,
    fc.constantFrom(...visibilities),
    async (all, { connection, connectionIds, projectIds }) => {
      await test.app.store.pool.query('TRUNCATE issue, configuration_finding')
      for (const { kind, connection, rows, removed } of all) {
        const unique = [...new Map(rows.map((row) => [row.id, row])).values()]
        await addRows(test.app, kind, connection === 'one' ? one : two, unique as Values[])
        await test.app.store.pool.query(`DELETE FROM ${kind.table} WHERE id = $1`, [removed])
      }
      const caller = { ...OWNER, ...(connectionIds && { connectionIds: [two] }), ...(projectIds && { projectIds }) }
      const shown = await ask(test.app, showDashboard, { days: DAYS, ...(connection && { connection }) }, caller)
      const findings = await readAll(connection ? [one] : connectionIds ? [two] : [one, two], projectIds ?? null)
      expect(shown.open).toEqual(bySeverity(findings.filter(isOpen)))
      for (const { day, open, opened, closed } of shown.days) {
        expect([day, withoutZeros(open)]).toEqual([day, openAtEndOf(day, findings)])
        expect([day, opened]).toEqual([
          day,
          findings.filter((each) => each.detectedAt && dayOf(each.detectedAt) === day).length,
        ])
        const isClosed = (each: Finding) =>
          each.detectedAt !== null && each.closedAt !== null && dayOf(each.closedAt) === day
        expect([day, closed]).toEqual([day, findings.filter(isClosed).length])
      }
      for (const { since, until, open } of shown.ages) {
        const isOfAge = ({ detectedAt }: Finding) =>
          detectedAt !== null && (!since || dayOf(detectedAt) >= since) && (!until || dayOf(detectedAt) < until)
        expect([since, open]).toEqual([since, bySeverity(findings.filter((each) => isOpen(each) && isOfAge(each)))])
      }
      const numbers = ({ id, open, critical }: (typeof shown.topAssets)[number]) => ({ id, open, critical })
      expect(shown.topAssets.map(numbers)).toEqual(topOf(findings, 'assetId'))
      expect(shown.topRules.map(numbers)).toEqual(topOf(findings, 'rule'))
      expect(shown.topRules.every(({ name }) => name === 'rule')).toBe(true)
      const order = (a: { severity: string }, b: { severity: string }) => (a.severity < b.severity ? -1 : 1)
      expect(shown.timeToFix.toSorted(order)).toEqual(timeToFix(findings).toSorted(order))
    },
  )
  await fc.assert(law, { numRuns: 80 })
})
