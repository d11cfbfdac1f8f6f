import { describe, expect, it } from 'vitest'
import type { Node } from '../src/world/collection.ts'
import { createWorld, type World, type WorldChange } from '../src/world/world.ts'
import { everything, listRoots, nodeType, start, startWorld, walk } from './graphql-client.ts'

const makeWorld = (seed = 1, issues = 300): World => createWorld({ seed, issues, now: start })
const day = 86_400_000
const allStatuses = { status: ['OPEN', 'IN_PROGRESS', 'RESOLVED', 'REJECTED'] }

/** A world as text: every kind, with most of what can be selected. */
async function printed(issues: number, seed: number, advance: number[] = []): Promise<string> {
  const client = startWorld(issues, seed)
  for (const ms of advance) client.world.advance(ms)
  const kinds: unknown[] = []
  for (const root of listRoots) kinds.push(await walk(client, root, { selection: everything(nodeType(root), 1) }))
  return JSON.stringify(kinds)
}

describe('a world', () => {
  it('is the same for the same seed, and another for another', async () => {
    const one = await printed(120, 7)
    expect((await printed(120, 7)) === one).toBe(true)
    expect((await printed(120, 8)) === one).toBe(false)
  })

  it('goes the same way however the clock is moved', async () => {
    const hours = Array.from({ length: 48 }, () => 3_600_000)
    expect((await printed(120, 7, [2 * day])) === (await printed(120, 7, hours))).toBe(true)
  })

  it('has all kinds, and belongs together', () => {
    const world = makeWorld(3, 2000)
    expect(world.issues.count()).toBe(2000)
    expect(world.projects.count()).toBeGreaterThanOrEqual(20)
    const projects = world.snapshotNodes('projects', undefined, { includeArchived: true })
    expect(projects.some(({ archived }) => archived)).toBe(true)
    expect(projects.some(({ nestingLevel }) => nestingLevel === 2)).toBe(true)
    for (const issue of world.snapshotNodes('issuesV2')) {
      const snapshot = issue.entitySnapshot as Node
      const resource = world.cloudResources.get(snapshot.id)
      expect(resource?.type).toBe(snapshot.type)
      expect(((issue.projects ?? []) as Node[]).map(({ id }) => id)).toEqual(
        ((resource?.projects ?? []) as Node[]).map(({ id }) => id),
      )
      for (const rule of issue.sourceRules as Node[]) {
        const known = { Control: world.controls, CloudConfigurationRule: world.cloudConfigurationRules }[
          String(rule.__typename)
        ]
        if (known) expect(known.get(rule.id)).toBeDefined()
        else expect(rule.id).toMatch(/^cer-/)
      }
    }
  })

  it('has every member of the union of vulnerable assets', () => {
    const types = new Set(
      makeWorld(2, 400)
        .snapshotNodes('vulnerabilityFindings', undefined, allStatuses)
        .map(({ vulnerableAsset }) => String((vulnerableAsset as Node).__typename).replace('VulnerableAsset', '')),
    )
    expect(types).toEqual(
      new Set([
        'VirtualMachine',
        'Serverless',
        'ContainerImage',
        'Container',
        'RepositoryBranch',
        'Endpoint',
        'PaaSResource',
        'VirtualMachineImage',
        'NetworkAddress',
        'Common',
        'Ide',
        'Device',
      ]),
    )
  })

  it('has CVE and GHSA names, tickets of three systems, and all clouds', () => {
    const world = makeWorld(2, 2000)
    const names = world.snapshotNodes('vulnerabilityFindings', undefined, allStatuses).map(({ name }) => String(name))
    expect(names.every((name) => /^CVE-\d{4}-\d{4,}$|^GHSA(-[23456789cfghjmpqrvwx]{4}){3}$/.test(name))).toBe(true)
    expect(names.some((name) => name.startsWith('GHSA'))).toBe(true)
    const tickets = world.snapshotNodes('issuesV2').flatMap(({ serviceTickets }) => (serviceTickets ?? []) as Node[])
    expect(new Set(tickets.map(({ integration }) => (integration as Node).type))).toEqual(
      new Set(['JIRA', 'SERVICE_NOW', 'SLACK_BOT']),
    )
    const platforms = new Set(world.snapshotNodes('cloudResourcesV2').map(({ cloudPlatform }) => cloudPlatform))
    for (const platform of ['AWS', 'Azure', 'GCP', 'OCI', 'Alibaba', 'EKS', 'AKS', 'GKE', 'GitHub', 'GitLab'])
      expect(platforms).toContain(platform)
  })

  it('has the quirks of the real API', () => {
    const world = makeWorld(2, 2000)
    const issues = world.snapshotNodes('issuesV2')
    for (const field of ['projects', 'serviceTickets', 'notes']) {
      expect(issues.some((issue) => issue[field] === null)).toBe(true)
      expect(issues.some((issue) => Array.isArray(issue[field]) && issue[field].length > 0)).toBe(true)
    }
    expect(issues.some(({ description }) => description === null)).toBe(true)
    const snapshots = issues.map(({ entitySnapshot }) => entitySnapshot as Node)
    for (const field of ['cloudProviderURL', 'providerId', 'region', 'kubernetesClusterName']) {
      expect(snapshots.some((snapshot) => snapshot[field] === '')).toBe(true)
    }
    expect(issues.some(({ statusChangedAt }) => statusChangedAt === null)).toBe(true)
    expect(
      issues.some(
        ({ statusChangedAt, createdAt }) => Date.parse(String(statusChangedAt)) < Date.parse(String(createdAt)),
      ),
    ).toBe(true)
    const findings = world.snapshotNodes('vulnerabilityFindings', undefined, allStatuses)
    for (const field of ['score', 'detailedName', 'fixedVersion', 'validatedInRuntime', 'projects']) {
      expect(findings.some((finding) => finding[field] === null)).toBe(true)
    }
    for (const field of ['id', 'name', 'providerUniqueId']) {
      expect(findings.some(({ vulnerableAsset }) => (vulnerableAsset as Node)[field] === null)).toBe(true)
    }
    expect(findings.some(({ status, resolvedAt }) => status === 'OPEN' && resolvedAt !== null)).toBe(true)
    expect(
      findings.some(({ lastDetectedAt, firstDetectedAt }) => String(lastDetectedAt) < String(firstDetectedAt)),
    ).toBe(true)
    const digits = [...issues, ...findings, ...world.snapshotNodes('detections')].flatMap(
      ({ createdAt, updatedAt, notes }) =>
        [createdAt, updatedAt, ...((notes ?? []) as Node[]).map((note) => note.createdAt)].map(
          (time) => (/\.(\d+)Z$/.exec(String(time))?.[1] ?? '').length,
        ),
    )
    expect(digits.every((count) => count <= 9)).toBe(true)
    for (const count of [0, 5, 6, 7, 9]) expect(digits).toContain(count)
  })

  it('has a few hostile names in a thousand', () => {
    const names = makeWorld(1, 20_000)
      .snapshotNodes('cloudResourcesV2')
      .map(({ name }) => String(name))
    const hostile = names.filter((name) => !/^[\w./-]{3,60}$/.test(name) || name === '__proto__')
    expect(hostile.length / names.length).toBeGreaterThan(0.001)
    expect(hostile.length / names.length).toBeLessThan(0.01)
    expect(new Set(hostile).size).toBeGreaterThan(15)
  })
})

describe('time', () => {
  it('lets rows appear, change, resolve, vanish and be deleted', () => {
    const world = makeWorld(1, 1000)
    const before = new Map(world.snapshotNodes('issuesV2').map((issue) => [issue.id, issue]))
    const findingsBefore = new Set(world.snapshot('vulnerabilityFindings', undefined, allStatuses))
    const deletedBefore = world.snapshotNodes('cloudResourcesV2').filter(({ deletedAt }) => deletedAt !== null).length
    world.advance(10 * day)
    expect(world.now().getTime()).toBe(start.getTime() + 10 * day)
    const after = world.snapshotNodes('issuesV2')
    expect(after.some(({ id }) => !before.has(id))).toBe(true)
    const changed = (field: string) =>
      after.filter((issue) => before.has(issue.id) && before.get(issue.id)?.[field] !== issue[field])
    for (const field of ['status', 'severity', 'dueAt', 'updatedAt', 'statusChangedAt', 'resolutionReason']) {
      expect(changed(field).length).toBeGreaterThan(0)
    }
    const quiet = changed('severity').filter(
      ({ id, statusChangedAt }) => before.get(id)?.statusChangedAt === statusChangedAt,
    )
    expect(quiet.length).toBeGreaterThan(0)
    expect(
      after.some(({ id, notes }) => before.has(id) && JSON.stringify(notes) !== JSON.stringify(before.get(id)?.notes)),
    ).toBe(true)
    const findingsAfter = new Set(world.snapshot('vulnerabilityFindings', undefined, allStatuses))
    expect([...findingsBefore].some((id) => !findingsAfter.has(id))).toBe(true)
    const deletedAfter = world
      .snapshotNodes('cloudResourcesV2')
      .filter(({ deletedAt }) => String(deletedAt) > start.toISOString())
    expect(deletedAfter.length).toBeGreaterThan(0)
    expect(deletedBefore).toBeGreaterThan(0)
    const closed = after.filter(
      ({ resolutionReason, resolvedAt }) =>
        resolutionReason === 'OBJECT_DELETED' && String(resolvedAt) > start.toISOString(),
    )
    expect(closed.length).toBeGreaterThan(0)
  })

  it('new rows are as new as the time they appear at', () => {
    const world = makeWorld(1, 1000)
    const before = new Set(world.issues.ids())
    world.advance(3 * day)
    for (const { id, createdAt, statusChangedAt } of world.snapshotNodes('issuesV2')) {
      if (before.has(id)) continue
      expect(Date.parse(String(createdAt))).toBeGreaterThanOrEqual(start.getTime())
      expect(Date.parse(String(createdAt))).toBeLessThanOrEqual(world.now().getTime())
      if (statusChangedAt === null) continue
      expect(Date.parse(String(statusChangedAt))).toBeGreaterThanOrEqual(Date.parse(String(createdAt)))
    }
  })

  it('tells of every change', () => {
    const world = makeWorld(1, 500)
    const heard: WorldChange[] = []
    const stop = world.subscribe((change) => heard.push(change))
    world.advance(day)
    expect(new Set(heard.map(({ action }) => action))).toEqual(new Set(['created', 'updated', 'removed']))
    const created = heard.filter(({ kind, action }) => kind === 'issues' && action === 'created')
    for (const { id } of created) expect(world.issues.get(id)).toBeDefined()
    const { length } = heard
    stop()
    world.advance(day)
    expect(heard).toHaveLength(length)
  })
})

describe('controls over rows', () => {
  it('update moves the times that the API would move', () => {
    const world = makeWorld()
    world.advance(1000)
    const now = world.now().getTime()
    const issue = world
      .snapshotNodes('issuesV2')
      .find(({ status, statusChangedAt }) => status === 'OPEN' && statusChangedAt !== null) as Node
    const severer = world.issues.update(issue.id, { severity: 'CRITICAL' })
    expect(severer).toMatchObject({ severity: 'CRITICAL', statusChangedAt: issue.statusChangedAt })
    expect(Date.parse(String(severer.updatedAt))).toBe(now)
    const resolved = world.issues.update(issue.id, { status: 'RESOLVED', resolutionReason: 'ISSUE_FIXED' })
    expect([resolved.statusChangedAt, resolved.resolvedAt].map((time) => Date.parse(String(time)))).toEqual([now, now])
    const exact = { statusChangedAt: '2026-05-01T00:00:00.123456Z', updatedAt: '2026-05-01T00:00:00Z', status: 'OPEN' }
    expect(world.issues.update(issue.id, exact)).toMatchObject({ ...exact, resolvedAt: null })
    const nested = world.issues.update(issue.id, { entitySnapshot: { name: null }, projects: null })
    expect(nested).toMatchObject({
      projects: null,
      entitySnapshot: { name: null, type: (issue.entitySnapshot as Node).type },
    })
    expect(() => world.issues.update('nobody', {})).toThrow('issues has no nobody')
  })

  it('lets words grow that the API did not have before', async () => {
    const client = startWorld(50)
    const [id] = client.world.issues.ids()
    client.world.issues.update(String(id), { type: 'ATTACK_SURFACE', severity: 'APOCALYPTIC' })
    const nodes = await walk(client, 'issuesV2', { selection: 'id type severity' })
    expect(nodes).toContainEqual({ id, type: 'ATTACK_SURFACE', severity: 'APOCALYPTIC' })
  })

  it("add appends what is wanted, with an id of one's own if need be", () => {
    const world = makeWorld()
    const resource = world.snapshotNodes('cloudResourcesV2').find(({ type }) => type === 'BUCKET') as Node
    const issue = world.issues.add({ type: 'TOXIC_COMBINATION', severity: 'LOW', entitySnapshot: { id: resource.id } })
    expect(issue).toMatchObject({
      type: 'TOXIC_COMBINATION',
      severity: 'LOW',
      entitySnapshot: { id: resource.id, type: 'BUCKET' },
    })
    expect(Date.parse(String(issue.createdAt))).toBe(start.getTime())
    const own = world.projects.add({ id: 'my-project', name: 'Mine' })
    expect(world.projects.get('my-project')).toEqual(own)
    expect(world.snapshot('projects')).toContain('my-project')
    const finding = world.vulnerabilityFindings.add({
      vulnerableAsset: { id: resource.id },
      name: 'CVE-2030-7',
      vulnerabilityExternalId: 'CVE-2030-7',
    })
    expect(world.snapshot('vulnerabilityFindings', undefined, { vulnerabilityExternalId: ['CVE-2030-7'] })).toEqual([
      finding.id,
    ])
    const repository = world.repositories.add({ name: 'brand-new' })
    expect(world.repositories.get(repository.id)).toMatchObject({ name: 'brand-new' })
  })

  it('remove and shrink make rows vanish', async () => {
    const client = startWorld(200)
    const { issues } = client.world
    const [first] = [...issues.ids()]
    expect(issues.remove(String(first))).toBe(true)
    expect(issues.remove(String(first))).toBe(false)
    expect(issues.get(String(first))).toBeUndefined()
    expect(issues.count()).toBe(199)
    expect(issues.shrink(0.25)).toBe(50)
    const ids = (await walk(client, 'issuesV2')).map(({ id }) => id)
    expect(ids).toHaveLength(149)
    expect(ids.toSorted()).toEqual([...issues.ids()].toSorted())
    expect(issues.shrink(1)).toBe(149)
    expect(await walk(client, 'issuesV2')).toEqual([])
  })

  it('knows what kinds there are, and says so', () => {
    expect(() => makeWorld().snapshot('nothing')).toThrow('there is no list of nothing')
  })
})

describe('size', () => {
  it('200,000 issues with all that belongs to them stay within memory, and are walked in pages', async () => {
    const before = process.memoryUsage().rss
    const client = startWorld(200_000)
    expect(client.world.issues.count()).toBe(200_000)
    expect(client.world.vulnerabilityFindings.count()).toBe(400_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(500 * 1024 * 1024)
    let cursor: string | null = null
    const seen = new Set<unknown>()
    const query =
      'query Q($after: String) { issuesV2(first: 500, after: $after, orderBy: {direction: DESC, field: SEVERITY}) { nodes { id } pageInfo { endCursor } } }'
    for (let page = 0; page < 20; page++) {
      const { data } = await client.ask(query, { after: cursor })
      const connection = (data as { issuesV2: { nodes: { id: string }[]; pageInfo: { endCursor: string } } }).issuesV2
      for (const { id } of connection.nodes) seen.add(id)
      cursor = connection.pageInfo.endCursor
      client.world.issues.update(String(connection.nodes[0]?.id), { dueAt: null })
    }
    expect(seen.size).toBe(10_000)
  })
})
