import { describe, expect, it } from 'vitest'
import {
  accountWith,
  admin,
  dataOf,
  everything,
  listRoots,
  maxOf,
  nodeType,
  startWorld,
  walk,
} from './graphql-client.ts'

describe('walks', () => {
  const client = startWorld(1200)

  it.each(listRoots)('%s yields every id of the snapshot once, whatever is selected', async (root) => {
    const depth = root === 'projects' || root === 'securityFrameworks' ? 2 : 3
    const nodes = await walk(client, root, { selection: everything(nodeType(root), depth) })
    const ids = nodes.map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(0)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.toSorted()).toEqual(client.world.snapshot(root).toSorted())
  })

  it.each(listRoots)('%s yields the same ids in pages of 7', async (root) => {
    const ids = (await walk(client, root, { first: Math.min(7, maxOf(root)) })).map(({ id }) => id)
    expect(ids.toSorted()).toEqual(client.world.snapshot(root).toSorted())
  })

  it.each(listRoots)('%s counts what a walk yields', async (root) => {
    const data = dataOf<{ page: { totalCount: number } }>(
      await client.ask(`{ page: ${root}(first: 1) { totalCount } }`),
    )
    expect(data.page.totalCount).toBe(client.world.snapshot(root).length)
  })

  it('graphSearch pages through everything of a type with quick: false', async () => {
    const ids: unknown[] = []
    let after: string | null = null
    do {
      const query = `query S($after: String) { graphSearch(quick: false, first: 50, after: $after, query: {type: [BUCKET], select: true}) {
        totalCount nodes { entities { id name type properties projects { id } technologies { name } publicExposures(first: 1) { totalCount } } } pageInfo { endCursor } } }`
      const data: { graphSearch: { nodes: { entities: { id: string }[] }[]; pageInfo: { endCursor: string | null } } } =
        dataOf(await client.ask(query, { after }))
      ids.push(...data.graphSearch.nodes.map(({ entities }) => entities[0]?.id))
      after = data.graphSearch.pageInfo.endCursor
    } while (after)
    const buckets = client.world.snapshotNodes('cloudResourcesV2', admin, { type: { equals: ['BUCKET'] } })
    expect(ids.toSorted()).toEqual(
      buckets
        .filter(({ deletedAt }) => deletedAt === null)
        .map(({ id }) => id)
        .toSorted(),
    )
  })

  it('orders by what is asked for, both ways, ties included', async () => {
    for (const direction of ['ASC', 'DESC']) {
      const nodes = await walk(client, 'issuesV2', {
        first: 13,
        args: `orderBy: {field: SEVERITY, direction: ${direction}}`,
        selection: 'id severity',
      })
      expect(nodes).toHaveLength(client.world.issues.count())
      const ranks = nodes.map(({ severity }) =>
        ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].indexOf(String(severity)),
      )
      expect(ranks).toEqual(ranks.toSorted((a, b) => (direction === 'ASC' ? a - b : b - a)))
    }
  })

  it('orders by what other objects say, as it is now', async () => {
    const related = startWorld(200)
    const order = { args: 'orderBy: {field: RELATED_ISSUE_SEVERITY, direction: DESC}', first: 40 }
    const selection = 'id relatedIssueAnalytics { criticalSeverityCount issueCount }'
    await walk(related, 'vulnerabilityFindings', order)
    for (const id of related.world.snapshot('issuesV2')) related.world.issues.update(id, { status: 'RESOLVED' })
    const [finding] = related.world.snapshotNodes('vulnerabilityFindings')
    const asset = (finding?.vulnerableAsset as { id: string }).id
    related.world.issues.add({ severity: 'CRITICAL', entitySnapshot: { id: asset } })
    const nodes = await walk(related, 'vulnerabilityFindings', { ...order, selection })
    expect(nodes).toHaveLength(related.world.snapshot('vulnerabilityFindings').length)
    expect(nodes[0]).toMatchObject({ relatedIssueAnalytics: { criticalSeverityCount: 1, issueCount: 1 } })
  })

  it.each([0, 1, 5])('a world of %d issues is walked like any other', async (issues) => {
    const small = startWorld(issues)
    small.world.advance(3 * 86_400_000)
    for (const root of listRoots) {
      const ids = (await walk(small, root)).map(({ id }) => id)
      expect(ids.toSorted()).toEqual(small.world.snapshot(root).toSorted())
    }
  })

  it('keyset paging misses a row that moves back, and shows one that moves ahead twice', async () => {
    const moving = startWorld(300)
    const order = { args: 'orderBy: {field: SEVERITY, direction: ASC}', selection: 'id severity', first: 50 }
    const before = await walk(moving, 'issuesV2', order)
    const early = String(before[3]?.id)
    const late = String(before.at(-3)?.id)
    const during = await walk(moving, 'issuesV2', {
      ...order,
      between: (page) => {
        if (page !== 2) return
        moving.world.issues.update(early, { severity: 'CRITICAL' })
        moving.world.issues.update(late, { severity: 'INFORMATIONAL' })
      },
    })
    expect(during.filter(({ id }) => id === early)).toHaveLength(2)
    expect(during.filter(({ id }) => id === late)).toHaveLength(0)
  })

  it('a row removed under a cursor does not stop the walk', async () => {
    const shrinking = startWorld(120)
    const all = shrinking.world.snapshot('issuesV2')
    const order = 'orderBy: {field: CREATED_AT, direction: ASC}'
    const first = await shrinking.ask(`{ issuesV2(first: 10, ${order}) { nodes { id } pageInfo { endCursor } } }`)
    const page = dataOf<{ issuesV2: { nodes: { id: string }[]; pageInfo: { endCursor: string } } }>(first).issuesV2
    shrinking.world.issues.remove(String(page.nodes.at(-1)?.id))
    const rest = await shrinking.ask(
      `query R($after: String) { issuesV2(first: 500, after: $after, ${order}) { nodes { id } } }`,
      { after: page.pageInfo.endCursor },
    )
    expect(dataOf<{ issuesV2: { nodes: unknown[] } }>(rest).issuesV2.nodes).toHaveLength(all.length - 10)
  })
})

describe('what an account sees', () => {
  const client = startWorld(600)
  const [project] = client.world.snapshotNodes('projects').filter(({ isFolder }) => isFolder)
  const limited = accountWith(['read:all'], [String(project?.id)])

  it.each([
    'issuesV2',
    'vulnerabilityFindings',
    'configurationFindings',
    'cloudResourcesV2',
    'repositories',
    'detections',
    'projects',
    'cloudAccounts',
  ])('%s shows an account that is limited to a project only its rows', async (root) => {
    const ids = (await walk(client, root, { account: limited })).map(({ id }) => id)
    expect(ids.toSorted()).toEqual(client.world.snapshot(root, limited).toSorted())
    expect(ids.length).toBeLessThan(client.world.snapshot(root).length)
  })

  it('shows every row of the project and of what lies below the folder', async () => {
    const seen = await walk(client, 'issuesV2', { account: limited, selection: 'id projects { id }' })
    const every = await walk(client, 'issuesV2', { selection: 'id projects { id }' })
    const inProject = every.filter(
      ({ projects }) => Array.isArray(projects) && projects.some(({ id }) => id === project?.id),
    )
    expect(seen.length).toBeGreaterThan(0)
    expect(seen).toEqual(inProject)
  })

  it('opens only posture issues, or only threats, to the narrow scopes', async () => {
    const types = async (scope: string) =>
      new Set(
        (await walk(client, 'issuesV2', { account: accountWith([scope]), selection: 'id type' })).map(
          ({ type }) => type,
        ),
      )
    expect(await types('read:posture_issues')).toEqual(new Set(['TOXIC_COMBINATION', 'CLOUD_CONFIGURATION']))
    expect(await types('read:threat_issues')).toEqual(new Set(['THREAT_DETECTION']))
  })
})
