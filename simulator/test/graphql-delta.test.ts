import { describe, expect, it } from 'vitest'
import { dataOf, startWorld, walk } from './graphql-client.ts'

const client = startWorld(1000)
const { ask, world } = client

describe('statusChangedAt', () => {
  const times = (nodes: Record<string, unknown>[]) => nodes.map(({ statusChangedAt }) => String(statusChangedAt))
  const walkAfter = (from: string) =>
    walk(client, 'issuesV2', {
      args: `filterBy: {statusChangedAt: {after: "${from}"}}`,
      selection: 'id statusChangedAt',
    })

  it('is exclusive, comes back in ascending order, and never matches null', async () => {
    const nodes = await walkAfter('2020-01-01T00:00:00Z')
    const withTime = world.snapshotNodes('issuesV2').filter(({ statusChangedAt }) => statusChangedAt !== null)
    expect(withTime.length).toBeLessThan(world.issues.count())
    expect(nodes.map(({ id }) => id).toSorted()).toEqual(withTime.map(({ id }) => id).toSorted())
    const micros = (text: string) => `${text.slice(0, 19)}${text.slice(19, -1).replace('.', '').padEnd(6, '0')}`
    expect(times(nodes).map(micros)).toEqual(times(nodes).map(micros).toSorted())
    const middle = String(nodes[Math.floor(nodes.length / 2)]?.statusChangedAt)
    const rest = await walkAfter(middle)
    expect(times(rest)).not.toContain(middle)
    expect(rest).toHaveLength(nodes.filter((node) => micros(String(node.statusChangedAt)) > micros(middle)).length)
  })

  it('has rows that share one microsecond: a walk has them all, a run that starts at the last one loses the others', async () => {
    const nodes = await walkAfter('2020-01-01T00:00:00Z')
    const seen = new Map<string, number>()
    for (const time of times(nodes)) seen.set(time, (seen.get(time) ?? 0) + 1)
    const [tie, rows] = [...seen].find(([, count]) => count > 1) ?? ['', 0]
    expect(rows).toBeGreaterThan(1)
    const small = await walk(client, 'issuesV2', {
      args: 'filterBy: {statusChangedAt: {after: "2020-01-01T00:00:00Z"}}',
      selection: 'id statusChangedAt',
      first: 1,
    })
    expect(small.filter(({ statusChangedAt }) => statusChangedAt === tie)).toHaveLength(rows)
    expect(times(await walkAfter(tie))).not.toContain(tie)
  })
})

describe('capped counts', () => {
  it('configuration findings stop counting at a cap unless quick is false', async () => {
    const big = startWorld(8000)
    const count = async (quick: string) =>
      dataOf(await big.ask(`{ configurationFindings(first: 1${quick}) { totalCount maxCountReached } }`))
        .configurationFindings
    const exact = big.world.snapshot('configurationFindings').length
    expect(exact).toBeGreaterThan(10_000)
    expect(await count('')).toEqual({ totalCount: 10_000, maxCountReached: true })
    expect(await count(', quick: false')).toEqual({ totalCount: exact, maxCountReached: false })
  })

  it('issues are counted by severity and resource', async () => {
    const query = `{ issuesV2(first: 1, filterBy: {status: [OPEN]}) { totalCount uniqueEntityCount criticalSeverityCount highSeverityCount mediumSeverityCount lowSeverityCount informationalSeverityCount }
      issuesGroupedByValue(groupBy: RESOURCE, filterBy: {status: [OPEN]}) { totalCount } }`
    const { issuesV2: counts, issuesGroupedByValue: groups } = dataOf<Record<string, Record<string, number>>>(
      await ask(query),
    )
    const { totalCount, uniqueEntityCount, ...severities } = counts ?? {}
    expect(Object.values(severities).reduce((sum, count) => sum + count, 0)).toBe(totalCount)
    expect(groups?.totalCount).toBe(uniqueEntityCount)
  })
})
