import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { accountWith, codeOf, dataOf, startWorld } from './graphql-client.ts'

type Json = Record<string, unknown>

function client() {
  const { ask, world } = startWorld(300)
  const runFields =
    'id status failedReason runAt progress url results { __typename ... on ReportRunResultsIssues { count } ... on ReportRunResultsVulnerabilities { count } }'
  const create = async (input: Json) =>
    dataOf<{ createReport: { report: { id: string } } }>(
      await ask('mutation C($input: CreateReportInput!) { createReport(input: $input) { report { id } } }', { input }),
    ).createReport.report.id
  const lastRun = async (id: string) =>
    dataOf<{ report: { lastRun: Json | null } }>(
      await ask(`query R($id: ID!) { report(id: $id) { lastRun { ${runFields} } } }`, { id }),
    ).report.lastRun
  const rerun = (id: string) =>
    ask(
      `mutation R($input: RerunReportInput!) { rerunReport(input: $input) { report { id lastRun { ${runFields} } } } }`,
      { input: { id } },
    )
  const fetchText = (link: unknown) => {
    const file = world.reports.download(new URL(String(link)))
    if (file === 'expired' || file === 'unknown') throw new Error(file)
    const bytes = Buffer.concat([...file.chunks])
    return (file.contentType === 'application/gzip' ? gunzipSync(bytes) : bytes).toString('utf8')
  }
  return { ask, world, create, lastRun, rerun, fetchText }
}

/** Reads RFC 4180 text. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') cell += text[++i]
      else if (c === '"') quoted = false
      else cell += c
    } else if (c === '"') quoted = true
    else if (c === ',' || c === '\n') {
      rows.at(-1)?.push(cell)
      cell = ''
      if (c === '\n') rows.push([])
    } else cell += c
  }
  return rows.slice(0, -1)
}

describe('reports', () => {
  it('run with the clock, and hand out the issues in 32 columns', async () => {
    const { world, create, lastRun, fetchText } = client()
    const id = await create({ name: 'Everything', type: 'ISSUES', projectId: '*', issueParams: { type: 'DETAILED' } })
    const first = await lastRun(id)
    expect(first).toMatchObject({ status: 'IN_PROGRESS', url: null, results: null })
    expect(first?.progress).toBeLessThan(100)
    world.advance(60_000)
    const run = await lastRun(id)
    expect(run).toMatchObject({ status: 'COMPLETED', progress: 100 })
    const [header, ...rows] = parseCsv(fetchText(run?.url))
    expect(header?.join(',')).toBe(
      'Created At,Title,Severity,Status,Description,Resource Type,Resource external ID,Subscription ID,Project IDs,Project Names,Resolved Time,Resolution,Control ID,Resource Name,Resource Region,Resource Status,Resource Platform,Resource OS,Resource original JSON,Issue ID,Resource vertex ID,Ticket URLs,Note,Due At,Remediation Recommendation,Subscription Name,Wiz URL,Cloud Provider URL,Resource Tags,Kubernetes Cluster,Kubernetes Namespace,Container Service',
    )
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([32]))
    // What happened in that minute came after the run began.
    const before = world
      .snapshotNodes('issuesV2')
      .filter(({ createdAt }) => Date.parse(String(createdAt)) < Date.parse(String(run?.runAt)))
    expect(rows.map((row) => row[19]).toSorted()).toEqual(before.map((issue) => issue.id).toSorted())
    expect(run?.results).toEqual({ __typename: 'ReportRunResultsIssues', count: rows.length })
    expect(new Set(rows.map((row) => row[3]))).toContain('IGNORED')
    const resolved = rows.map((row) => String(row[10])).filter(Boolean)
    expect(resolved.some((text) => text.endsWith(' +0000 UTC'))).toBe(true)
    expect(resolved.some((text) => text.endsWith('Z'))).toBe(true)
    expect(rows.some((row) => row[24]?.includes('\n'))).toBe(true)
  })

  it('hold virtual machines only, unless an asset type is named, in 41 columns and title case', async () => {
    const { world, create, lastRun, fetchText } = client()
    const plain = await create({ name: 'Machines', type: 'VULNERABILITIES', vulnerabilityParams: { type: 'DETAILED' } })
    const images = await create({
      name: 'Images',
      type: 'VULNERABILITIES',
      compressionMethod: 'GZIP',
      vulnerabilityParams: { type: 'COMPACT', filters: { assetType: ['CONTAINER_IMAGE'], status: ['RESOLVED'] } },
    })
    world.advance(60_000)
    const [header, ...rows] = parseCsv(fetchText((await lastRun(plain))?.url))
    expect(header?.join(',')).toBe(
      'ID,WizURL,Name,CVSSSeverity,HasExploit,HasCisaKevExploit,FindingStatus,VendorSeverity,FirstDetected,LastDetected,ResolvedAt,ResolutionReason,Remediation,LocationPath,DetailedName,Version,FixedVersion,DetectionMethod,Link,Projects,AssetID,AssetName,AssetRegion,ProviderUniqueId,CloudProviderURL,CloudPlatform,Status,SubscriptionExternalId,SubscriptionId,SubscriptionName,Tags,ExecutionControllers,ExecutionControllersSubscriptionExternalIds,ExecutionControllersSubscriptionNames,CriticalRelatedIssuesCount,HighRelatedIssuesCount,MediumRelatedIssuesCount,LowRelatedIssuesCount,InfoRelatedIssuesCount,OperatingSystem,IpAddresses',
    )
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.every((row) => row[39] === 'Linux' || row[39] === 'Windows')).toBe(true)
    expect(new Set(rows.map((row) => row[6]))).toContain('Open')
    const ofImages = parseCsv(fetchText((await lastRun(images))?.url)).slice(1)
    expect(new Set(ofImages.map((row) => row[6]))).toEqual(new Set(['Resolved']))
  })

  it('are done after some looks, even on a clock that stands still', async () => {
    const { create, lastRun } = client()
    const id = await create({
      name: 'Patience',
      type: 'COMPLIANCE_ASSESSMENTS',
      complianceAssessmentsParams: { securityFrameworkIds: ['wf-id-4'] },
    })
    const states: unknown[] = []
    for (let n = 0; n < 6; n++) states.push((await lastRun(id))?.status)
    expect(states[0]).toBe('IN_PROGRESS')
    expect(states.at(-1)).toBe('COMPLETED')
  })

  it('show the run before right after a rerun', async () => {
    const { world, create, lastRun, rerun } = client()
    const id = await create({ name: 'Again', type: 'ISSUES' })
    world.advance(60_000)
    const before = await lastRun(id)
    world.advance(60_000)
    const answered = dataOf<{ rerunReport: { report: { lastRun: Json } } }>(await rerun(id)).rerunReport.report.lastRun
    expect(answered.runAt).toBe(before?.runAt)
    expect((await lastRun(id))?.runAt).not.toBe(before?.runAt)
  })

  it('fail when told to, expire, and their links end', async () => {
    const { world, create, lastRun, rerun } = client()
    world.reports.failNextRun('out of memory')
    const id = await create({ name: 'Fails', type: 'ISSUES' })
    world.advance(60_000)
    expect(await lastRun(id)).toMatchObject({ status: 'FAILED', failedReason: 'out of memory', url: null })
    await rerun(id)
    world.advance(60_000)
    const link = new URL(String((await lastRun(id))?.url))
    expect(world.reports.download(link)).toHaveProperty('chunks')
    const forged = new URL(link)
    forged.searchParams.set('X-Amz-Signature', '0'.repeat(64))
    expect(world.reports.download(forged)).toBe('unknown')
    world.advance(2 * 3_600_000)
    expect(world.reports.download(link)).toBe('expired')
    world.advance(80 * 3_600_000)
    expect(await lastRun(id)).toMatchObject({ status: 'EXPIRED', url: null })
  })

  it('run by schedule', async () => {
    const { world, create, lastRun } = client()
    const id = await create({ name: 'Hourly', type: 'ISSUES', runIntervalHours: 1 })
    world.advance(60_000)
    const first = await lastRun(id)
    world.advance(3_600_000)
    expect(Date.parse(String((await lastRun(id))?.runAt)) - Date.parse(String(first?.runAt))).toBe(3_600_000)
  })

  it('are found by a part of their name; updating may answer a new id; deleting deletes', async () => {
    const { ask, create } = client()
    const names = dataOf<{ reports: { nodes: { name: string }[] } }>(
      await ask('{ reports(first: 20, filterBy: {search: "All issues"}) { nodes { name lastRun { status } } } }'),
    ).reports.nodes.map(({ name }) => name)
    expect(names).toEqual(['All issues', 'All issues-retired-2024-11-02'])
    const id = await create({ name: 'Mine', type: 'ISSUES' })
    const update = 'mutation U($input: UpdateReportInput!) { updateReport(input: $input) { report { id name } } }'
    const changed = dataOf<{ updateReport: { report: Json } }>(
      await ask(update, { input: { id, override: { name: 'Ours' } } }),
    ).updateReport.report
    expect(changed).toMatchObject({ name: 'Ours' })
    expect(changed.id).not.toBe(id)
    const remove = 'mutation D($input: DeleteReportInput!) { deleteReport(input: $input) { _stub } }'
    expect((await ask(remove, { input: { id: changed.id } })).errors).toBeUndefined()
    expect(codeOf(await ask('query R($id: ID!) { report(id: $id) { id } }', { id: changed.id }))).toBe('NOT_FOUND')
  })

  it('choose columns by title, and refuse titles that do not exist', async () => {
    const { world, ask, create, lastRun, fetchText } = client()
    const id = await create({ name: 'Two', type: 'ISSUES', columnSelection: ['Issue ID', 'Updated At'] })
    world.advance(60_000)
    expect(fetchText((await lastRun(id))?.url).split('\n')[0]).toBe('Issue ID,Updated At')
    const wrong =
      'mutation { createReport(input: {name: "x", type: ISSUES, columnSelection: ["Nope"]}) { report { id } } }'
    expect(codeOf(await ask(wrong))).toBe('BAD_USER_INPUT')
  })

  it('hold what their creator may see', async () => {
    const { world, ask, lastRun, fetchText } = client()
    const [project] = world.snapshotNodes('projects').filter(({ name }) => name === 'Commerce')
    const limited = accountWith(['read:all', 'create:all'], [String(project?.id)])
    const created = await ask(
      'mutation { createReport(input: {name: "x", type: ISSUES}) { report { id } } }',
      {},
      limited,
    )
    world.advance(60_000)
    const { id } = dataOf<{ createReport: { report: { id: string } } }>(created).createReport.report
    const rows = parseCsv(fetchText((await lastRun(id))?.url)).slice(1)
    const wanted = world
      .snapshotNodes('issuesV2', limited)
      .filter(({ createdAt }) => Date.parse(String(createdAt)) < Date.parse('2026-06-01T12:00:00Z'))
    expect(rows.map((row) => row[19]).toSorted()).toEqual(wanted.map((issue) => issue.id).toSorted())
  })
})
