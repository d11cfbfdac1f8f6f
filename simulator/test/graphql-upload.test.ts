import { describe, expect, it } from 'vitest'
import { codeOf, dataOf, startWorld } from './graphql-client.ts'

const custom = '55c176cc-d155-43a2-98ed-aa56873a1ca1'

function client() {
  const { ask, world } = startWorld(300)
  const request = async (filename = 'wiz_findings.json') =>
    dataOf<{ requestSecurityScanUpload: { upload: { id: string; url: string; systemActivityId: string } } }>(
      await ask(
        'query U($filename: String!) { requestSecurityScanUpload(filename: $filename) { upload { id url systemActivityId } } }',
        { filename },
      ),
    ).requestSecurityScanUpload.upload
  const activity = (id: string) =>
    ask(
      `query A($id: ID!) { systemActivity(id: $id) { id status statusInfo
        result { ... on SystemActivityEnrichmentIntegrationResult { dataSources { incoming handled } findings { incoming handled } events { incoming handled } tags { incoming handled } unresolvedAssets { count ids } } }
        context { ... on SystemActivityEnrichmentIntegrationContext { fileUploadId } } } }`,
      { id },
    )
  const upload = async (file: unknown) => {
    const asked = await request()
    const body = typeof file === 'string' ? file : JSON.stringify(file)
    const received = world.uploads.receive(new URL(asked.url), Buffer.from(body))
    return { ...asked, received }
  }
  const asset = (type: string) => {
    const found = world
      .snapshotNodes('cloudResourcesV2')
      .find((node) => node.type === type && node.providerUniqueId && !node.deletedAt)
    return { providerId: String(found?.providerUniqueId), id: String(found?.id) }
  }
  return { ask, world, request, activity, upload, asset }
}

const event = (id: string, severity = 'High') => ({
  id,
  timestamp: '2026-06-01T11:59:00.123Z',
  name: 'Shell in a container',
  externalFindingLink: 'https://example.com/1',
  severity,
  mitreTacticIds: ['TA0002'],
  mitreTechniqueIds: ['T1059'],
})
const file = (assets: unknown[], source = 'cluster-1') => ({
  integrationId: custom,
  dataSources: [{ id: source, assets }],
})
const statusOf = (result: unknown) =>
  (result as { data: { systemActivity: { status: string } } }).data.systemActivity.status

describe('uploads', () => {
  it('go through a presigned link, an activity that is not there at first, and its end', async () => {
    const { world, activity, upload, asset } = client()
    const known = asset('VIRTUAL_MACHINE')
    const sent = await upload(
      file([
        {
          assetIdentifier: { cloudPlatform: 'AWS', providerId: known.providerId },
          events: [event('e1')],
          customTags: [{ key: 'a', value: 'b' }],
        },
        { assetIdentifier: { cloudPlatform: 'AWS', providerId: 'arn:aws:ec2:nowhere' }, events: [event('e2')] },
      ]),
    )
    expect(sent.received).toBe('stored')
    expect(sent.url).toMatch(
      /\/uploads\/[0-9a-f-]{36}\/17768_wiz_findings\.json\?X-Amz-Algorithm=.*X-Amz-Expires=86400/,
    )
    expect(codeOf(await activity(sent.systemActivityId))).toBe('NOT_FOUND')
    expect(statusOf(await activity(sent.systemActivityId))).toBe('IN_PROGRESS')
    world.advance(10_000)
    expect(dataOf(await activity(sent.systemActivityId))).toEqual({
      systemActivity: {
        id: sent.systemActivityId,
        status: 'SKIPPED',
        statusInfo: null,
        result: {
          dataSources: { incoming: 1, handled: 1 },
          findings: { incoming: 0, handled: 0 },
          events: { incoming: 2, handled: 1 },
          tags: { incoming: 1, handled: 1 },
          unresolvedAssets: { count: 1, ids: ['arn:aws:ec2:nowhere'] },
        },
        context: { fileUploadId: '17768' },
      },
    })
    expect(world.uploads.received().map(({ clientId, fileName }) => [clientId, fileName])).toEqual([
      ['admin', 'wiz_findings.json'],
    ])
  })

  it('become detections and threat issues some minutes later, each event once', async () => {
    const { world, upload, asset } = client()
    const known = asset('CONTAINER')
    const pushed = () =>
      world
        .snapshotNodes('detections', undefined, {
          type: { equals: ['GENERATED_THREAT', 'MATCH_ONLY'] },
          resource: { id: { equals: [known.id] } },
        })
        .filter(({ ruleMatch }) => (ruleMatch as { rule: { name: string } }).rule.name === 'Shell in a container')
    const send = () =>
      upload(
        file([
          {
            assetIdentifier: { cloudPlatform: 'EKS', providerId: known.providerId },
            events: [event('e1'), event('e2', 'Low')],
          },
        ]),
      )
    await send()
    world.advance(5 * 60_000)
    expect(pushed()).toHaveLength(0)
    world.advance(6 * 60_000)
    await send()
    world.advance(11 * 60_000)
    expect(
      pushed()
        .map(({ type, severity }) => [type, severity])
        .toSorted(),
    ).toEqual([
      ['GENERATED_THREAT', 'HIGH'],
      ['MATCH_ONLY', 'LOW'],
    ])
    expect(pushed().every(({ origins }) => String(origins) === 'WIZ_CUSTOM_INTEGRATION')).toBe(true)
    const threat = world.snapshotNodes('issuesV2', undefined, {
      type: ['THREAT_DETECTION'],
      relatedEntity: { id: known.id },
      severity: ['HIGH'],
    })
    expect(threat.some(({ description }) => description === 'Shell in a container')).toBe(true)
  })

  it('replace what a data source said before; silence for a week resolves the rest', async () => {
    const { world, upload, asset } = client()
    const known = asset('VIRTUAL_MACHINE')
    const finding = (name: string) => ({ name, severity: 'Critical', externalDetectionSource: 'Package' })
    const send = (...names: string[]) =>
      upload(
        file([
          {
            assetIdentifier: { cloudPlatform: 'AWS', providerId: known.providerId },
            vulnerabilityFindings: names.map(finding),
          },
        ]),
      )
    const states = () =>
      Object.fromEntries(
        ['CVE-2030-1', 'CVE-2030-2'].map((name) => {
          const filter = { vulnerabilityExternalId: [name], status: ['OPEN', 'RESOLVED'] }
          return [name, world.snapshotNodes('vulnerabilityFindings', undefined, filter).map(({ status }) => status)]
        }),
      )
    await send('CVE-2030-1', 'CVE-2030-2')
    world.advance(11 * 60_000)
    expect(states()).toEqual({ 'CVE-2030-1': ['OPEN'], 'CVE-2030-2': ['OPEN'] })
    await send('CVE-2030-1')
    world.advance(11 * 60_000)
    expect(states()).toEqual({ 'CVE-2030-1': ['OPEN'], 'CVE-2030-2': ['RESOLVED'] })
    world.advance(8 * 86_400_000)
    expect(states()['CVE-2030-1']).not.toEqual(['OPEN'])
  })

  it('are refused for what is wrong with them, and never appear for an unknown integration', async () => {
    const { world, activity, upload } = client()
    const unknown = await upload({ integrationId: '00000000-0000-4000-8000-000000000000', dataSources: [] })
    for (const [body, problem] of [
      ['{', 'not valid JSON'],
      [{ integrationId: custom, dataSources: [], extra: 1 }, 'additional property "extra"'],
      [file([{ assetIdentifier: { cloudPlatform: 'AWS', providerId: 'a', networkAddress: 'b' } }]), 'exactly one of'],
      [
        file([{ assetIdentifier: { cloudPlatform: 'AWS', providerId: 'a' }, events: [{ id: 'e' }] }]),
        'an event needs timestamp',
      ],
      [
        file([
          {
            assetIdentifier: { cloudPlatform: 'AWS', providerId: 'a' },
            vulnerabilityFindings: [{ name: 'CVE-1', severity: 'HIGH' }],
          },
        ]),
        'severity must be one of',
      ],
    ] as const) {
      const { systemActivityId } = await upload(body)
      world.advance(10_000)
      expect(dataOf(await activity(systemActivityId))).toMatchObject({
        systemActivity: { status: 'FAILURE', statusInfo: expect.stringContaining(problem) },
      })
    }
    world.advance(3_600_000)
    for (let n = 0; n < 5; n++) expect(codeOf(await activity(unknown.systemActivityId))).toBe('NOT_FOUND')
  })

  it('a link takes one file, for a day, as it was signed', async () => {
    const { world, request } = client()
    const { url } = await request()
    const body = Buffer.from(JSON.stringify(file([])))
    expect(world.uploads.receive(new URL(`${url}0`), body)).toBe('unknown')
    expect(world.uploads.receive(new URL(url), body)).toBe('stored')
    expect(world.uploads.receive(new URL(url), body)).toBe('used')
    const late = await request('../../late file.json')
    expect(new URL(late.url).pathname).toMatch(/_.._.._late_file\.json$/)
    world.advance(86_401_000)
    expect(world.uploads.receive(new URL(late.url), body)).toBe('expired')
  })
})
