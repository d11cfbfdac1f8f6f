import { expect } from 'vitest'
import { post, type Received } from '../client.ts'
import { codeOf, type FaultRows, rootOf, type Scene } from './scene.ts'

interface Run {
  status: string
  url: string | null
  runAt: string
  results: { limitReached?: boolean } | null
}

const REPORT = 'query($id: ID!) { report(id: $id) { lastRun { status url runAt results { __typename } } } }'

/** Creates a report and reads its run, once without and once with the faults. */
async function runs({ simulator, token }: Scene): Promise<{ truth: Run; told: Run }> {
  const specs = simulator.faults.list().map(({ spec }) => spec)
  simulator.faults.clear()
  const create = 'mutation { createReport(input: {name: "r", type: ISSUES, projectId: "*"}) { report { id } } }'
  const created = await post(simulator, token, { query: create })
  const { report } = rootOf<{ report: { id: string } }>(created.json(), 'createReport')
  simulator.world.advance(3_600_000)
  const read = async () => {
    const answer = await post(simulator, token, { query: REPORT, variables: { id: report.id } })
    return rootOf<{ lastRun: Run }>(answer.json(), 'report').lastRun
  }
  const truth = await read()
  simulator.faults.add(...specs)
  return { truth, told: await read() }
}

const UPLOAD = '{ requestSecurityScanUpload(filename: "f.json") { upload { url systemActivityId } } }'
const ACTIVITY = `query($id: ID!) { systemActivity(id: $id) { status statusInfo
  result { ... on SystemActivityEnrichmentIntegrationResult { events { incoming handled } } } } }`

const EVENT_FILE = {
  integrationId: '55c176cc-d155-43a2-98ed-aa56873a1ca1',
  dataSources: [{ id: 'source', assets: [] as unknown[] }],
}

interface Activity {
  status: string
  statusInfo: string | null
  result: { events: { incoming: number; handled: number } | null } | null
}

async function requestUpload({ simulator, token }: Scene): Promise<{ url: string; systemActivityId: string }> {
  const answer = await post(simulator, token, { query: UPLOAD })
  return rootOf<{ upload: { url: string; systemActivityId: string } }>(answer.json(), 'requestSecurityScanUpload')
    .upload
}

/** Uploads one event on one known resource, and reads the activity some time later. */
async function activity(scene: Scene): Promise<Received> {
  const { simulator, token } = scene
  const { url, systemActivityId } = await requestUpload(scene)
  const [id = ''] = simulator.world.cloudResources.ids()
  const asset = {
    assetIdentifier: { cloudPlatform: 'AWS', providerId: simulator.world.cloudResources.get(id)?.providerUniqueId },
    events: [
      {
        id: 'e1',
        timestamp: '2026-01-01T00:00:00Z',
        name: 'Shell',
        severity: 'High',
        externalFindingLink: 'https://example.com/e1',
        mitreTacticIds: ['TA0002'],
        mitreTechniqueIds: ['T1059'],
      },
    ],
  }
  const file = { ...EVENT_FILE, dataSources: [{ id: 'source', assets: [asset] }] }
  expect((await fetch(url, { method: 'PUT', body: JSON.stringify(file) })).status).toBe(200)
  simulator.world.advance(3_600_000)
  return post(simulator, token, { query: ACTIVITY, variables: { id: systemActivityId } })
}

const activityOf = async (scene: Scene) => rootOf<Activity>((await activity(scene)).json(), 'systemActivity')

/** What goes wrong with reports and uploads, which take their time. */
export const FAULTS_OF_JOBS = {
  'report-run-stale': {
    spec: { fault: 'report-run-stale', times: 1 },
    async sees(scene) {
      const { truth, told } = await runs(scene)
      expect(Date.parse(truth.runAt) - Date.parse(told.runAt)).toBe(3_600_000)
      expect(told.status).toBe('COMPLETED')
    },
  },
  'report-run-status': {
    spec: { fault: 'report-run-status', status: 'EXPIRED' },
    async sees(scene) {
      expect((await runs(scene)).told).toMatchObject({ status: 'EXPIRED', url: null })
    },
  },
  'report-limit-reached': {
    spec: { fault: 'report-limit-reached' },
    async sees(scene) {
      expect((await runs(scene)).told.results?.limitReached).toBe(true)
    },
  },
  'activity-not-found': {
    spec: { fault: 'activity-not-found', times: 1 },
    async sees(scene) {
      const answer = await activity(scene)
      expect([codeOf(answer), answer.json().data]).toEqual(['NOT_FOUND', { systemActivity: null }])
    },
  },
  'activity-skipped': {
    spec: { fault: 'activity-skipped' },
    async sees(scene) {
      const { status, result } = await activityOf(scene)
      expect([status, result?.events]).toEqual(['SKIPPED', { incoming: 1, handled: 0 }])
    },
  },
  'activity-failed': {
    spec: { fault: 'activity-failed', reason: 'bad file' },
    async sees(scene) {
      expect(await activityOf(scene)).toEqual({ status: 'FAILURE', statusInfo: 'bad file', result: null })
    },
  },
} satisfies Partial<FaultRows>
