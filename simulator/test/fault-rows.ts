import { expect } from 'vitest'
import type { FaultName, FaultSpec, Simulator } from '../src/simulator.ts'
import {
  type Answered,
  askIssues,
  ISSUES,
  type Page,
  pageOf,
  post,
  type Received,
  requestToken,
  tokenOf,
} from './client.ts'

/** A simulator with one fault on, and a token from before. */
export interface Scene {
  simulator: Simulator
  token: string
  /** First page of issues. */
  first(): Promise<Received>
  /** Second page of issues. */
  second(): Promise<Received>
  /** A client that waits no longer than 100 ms. */
  impatient(): Promise<Received>
}

/** How a fault is switched on, and what a client then sees. */
interface FaultRow<N extends FaultName> {
  spec: Extract<FaultSpec, { fault: N }>
  sees(scene: Scene): Promise<void>
}

const HEAVY = `{ issues: issuesV2(first: 1) { nodes { sourceRules { ... on Control { securitySubCategories { id } } } } } }`

const codeOf = (answer: Received) => answer.json().errors?.[0]?.extensions.code

const firstNode = async (scene: Scene) => pageOf(await scene.first()).nodes?.[0]

/** The root of a mutation or lookup that is no page. */
function rootOf<T>(answered: Answered, name: string): T {
  return answered.data?.[name] as T
}

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

/** One row per fault; a fault without a row does not compile. */
export const FAULT_ROWS: { [N in FaultName]: FaultRow<N> } = {
  'token-refused': {
    spec: { fault: 'token-refused', status: 401 },
    async sees({ simulator }) {
      const answer = await requestToken(simulator)
      expect([answer.status, answer.json()]).toMatchObject([401, { error: 'access_denied' }])
    },
  },
  'token-account-disabled': {
    spec: { fault: 'token-account-disabled' },
    async sees({ simulator }) {
      expect((await requestToken(simulator)).text).toContain('disabled')
    },
  },
  'token-account-expired': {
    spec: { fault: 'token-account-expired' },
    async sees({ simulator }) {
      expect((await requestToken(simulator)).text).toContain('expired')
    },
  },
  'token-absent': {
    spec: { fault: 'token-absent', message: 'no luck' },
    async sees({ simulator }) {
      const answer = await requestToken(simulator)
      expect([answer.status, answer.json()]).toEqual([200, { message: 'no luck' }])
    },
  },
  'token-error-echo': {
    spec: { fault: 'token-error-echo' },
    async sees({ simulator }) {
      expect((await requestToken(simulator)).text).toContain(simulator.clientSecret)
    },
  },
  'token-wrong-region': {
    spec: { fault: 'token-wrong-region', dc: 'eu2' },
    async sees({ simulator }) {
      const token = await tokenOf(simulator)
      expect(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).dc).toBe('eu2')
      expect((await askIssues(simulator, token, { first: 1 })).status).toBe(401)
    },
  },
  'token-short-lived': {
    spec: { fault: 'token-short-lived', seconds: 5 },
    async sees({ simulator }) {
      const { access_token, expires_in } = JSON.parse((await requestToken(simulator)).text)
      simulator.advance(5_000)
      expect([expires_in, (await askIssues(simulator, access_token, { first: 1 })).status]).toEqual([5, 401])
    },
  },
  'token-opaque': {
    spec: { fault: 'token-opaque' },
    async sees({ simulator }) {
      const token = await tokenOf(simulator)
      expect(token).not.toContain('.')
      expect((await askIssues(simulator, token, { first: 1 })).status).toBe(200)
    },
  },
  'rate-limited': {
    spec: { fault: 'rate-limited', form: 'http-429', retryAfter: 3 },
    async sees({ first }) {
      const answer = await first()
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3'])
    },
  },
  stall: {
    spec: { fault: 'stall' },
    async sees({ impatient }) {
      await expect(impatient()).rejects.toThrow(/timeout/)
    },
  },
  delay: {
    spec: { fault: 'delay', ms: 30 },
    async sees({ first, simulator }) {
      expect((await first()).status).toBe(200)
      expect(simulator.journal.calls.at(-1)?.ms).toBeGreaterThanOrEqual(29)
    },
  },
  'gateway-error': {
    spec: { fault: 'gateway-error', status: 502, retryAfter: 2 },
    async sees({ first }) {
      const answer = await first()
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([502, '2'])
      expect(answer.text).toContain('<html>')
    },
  },
  'gateway-refused': {
    spec: { fault: 'gateway-refused', status: 401 },
    async sees({ first }) {
      expect((await first()).status).toBe(401)
    },
  },
  unprocessable: {
    spec: { fault: 'unprocessable' },
    async sees({ first }) {
      expect((await first()).status).toBe(422)
    },
  },
  'internal-error': {
    spec: { fault: 'internal-error' },
    async sees({ first }) {
      const answer = await first()
      expect([answer.status, codeOf(answer)]).toEqual([500, 'INTERNAL'])
      expect(answer.text).toContain('oops!')
    },
  },
  'ip-not-allowed': {
    spec: { fault: 'ip-not-allowed' },
    async sees({ first }) {
      expect(codeOf(await first())).toBe('FORBIDDEN_IP')
    },
  },
  'token-revoked': {
    spec: { fault: 'token-revoked', page: 2 },
    async sees({ second, first, simulator }) {
      expect((await second()).status).toBe(401)
      expect((await first()).status).toBe(401)
      expect((await askIssues(simulator, await tokenOf(simulator), { first: 1 })).status).toBe(200)
    },
  },
  'cursor-expired': {
    spec: { fault: 'cursor-expired' },
    async sees({ second }) {
      expect(codeOf(await second())).toBe('BAD_USER_INPUT')
    },
  },
  'query-cost': {
    spec: { fault: 'query-cost', rows: 5 },
    async sees({ simulator, token }) {
      expect((await askIssues(simulator, token, { first: 6 })).status).toBe(400)
      expect((await askIssues(simulator, token, { first: 5 })).status).toBe(200)
    },
  },
  'field-removed': {
    spec: { fault: 'field-removed', field: 'serviceTickets' },
    async sees({ first, simulator, token }) {
      const answer = await first()
      expect(answer.status).toBe(400)
      expect(answer.text).toContain('Cannot query field \\"serviceTickets\\" on type \\"Issue\\".')
      const without = { query: ISSUES.replace('serviceTickets { id }', ''), variables: { first: 1 } }
      expect((await post(simulator, token, without)).status).toBe(200)
    },
  },
  redirect: {
    spec: { fault: 'redirect' },
    async sees({ simulator, token }) {
      const body = { query: ISSUES, variables: { first: 1 } }
      const answer = await post(simulator, token, body, {}, { redirect: 'manual' })
      expect(answer.status).toBe(307)
      expect(new URL(answer.headers.get('location') ?? '').host).not.toBe(new URL(simulator.url).host)
      await fetch(`${simulator.url}/_simulator/trap`, { headers: { authorization: 'Bearer leaked' } })
      expect(simulator.journal.trapped).toMatchObject([{ authorized: true }])
    },
  },
  'html-body': {
    spec: { fault: 'html-body' },
    async sees({ first }) {
      const answer = await first()
      expect(answer.status).toBe(200)
      expect(() => answer.json()).toThrow(SyntaxError)
    },
  },
  'truncated-body': {
    spec: { fault: 'truncated-body' },
    async sees({ simulator, token }) {
      const body = { query: ISSUES, variables: { first: 5 } }
      const answer = await post(simulator, token, body, { 'accept-encoding': 'identity' })
      expect(answer.status).toBe(200)
      expect(() => answer.json()).toThrow(SyntaxError)
    },
  },
  'connection-reset': {
    spec: { fault: 'connection-reset' },
    async sees({ first, simulator }) {
      await expect(first()).rejects.toThrow()
      expect(simulator.journal.calls.at(-1)?.status).toBe(200)
    },
  },
  'slow-drip': {
    spec: { fault: 'slow-drip', ms: 1, bytes: 200 },
    async sees({ first }) {
      expect(pageOf(await first()).nodes).toHaveLength(5)
    },
  },
  'answer-lost': {
    spec: { fault: 'answer-lost' },
    async sees({ simulator, token, first }) {
      const [id = ''] = simulator.world.issues.ids()
      const notesOf = async () => {
        const answer = await post(simulator, token, { query: `{ issue(id: "${id}") { notes { id } } }` })
        return rootOf<{ notes: unknown[] | null }>(answer.json(), 'issue').notes?.length ?? 0
      }
      const before = await notesOf()
      const query = 'mutation($id: ID!) { createIssueNote(input: {issueId: $id, text: "n"}) { issueNote { id } } }'
      await expect(post(simulator, token, { query, variables: { id } })).rejects.toThrow()
      expect(simulator.journal.calls.at(-1)).toMatchObject({ kind: 'mutation', status: null, faults: ['answer-lost'] })
      expect(await notesOf()).toBe(before + 1)
      expect((await first()).status).toBe(200)
    },
  },
  'data-null': {
    spec: { fault: 'data-null' },
    async sees({ first }) {
      expect((await first()).json()).toEqual({ data: null })
    },
  },
  'data-null-with-errors': {
    spec: { fault: 'data-null-with-errors' },
    async sees({ first }) {
      expect((await first()).json()).toMatchObject({ data: null, errors: [{ extensions: { code: 'INTERNAL' } }] })
    },
  },
  'partial-errors': {
    spec: { fault: 'partial-errors', keep: 3 },
    async sees({ first }) {
      const answer = await first()
      expect(pageOf(answer).nodes).toHaveLength(3)
      expect(codeOf(answer)).toBe('INTERNAL')
    },
  },
  'partial-nulls': {
    spec: { fault: 'partial-nulls', nth: 2 },
    async sees({ first }) {
      const answer = await first()
      expect(pageOf(answer).nodes?.map((node) => node === null)).toEqual([true, false, true, false, true])
      expect(answer.json().errors?.map(({ path }) => path)).toEqual(
        [0, 2, 4].map((index) => ['issues', 'nodes', index]),
      )
    },
  },
  'heavy-field-error': {
    spec: { fault: 'heavy-field-error' },
    async sees({ simulator, token, first }) {
      expect(codeOf(await post(simulator, token, { query: HEAVY }))).toBe('INTERNAL')
      expect((await first()).json().errors).toBeUndefined()
    },
  },
  'scope-lost': {
    spec: { fault: 'scope-lost', page: 2 },
    async sees({ first, second }) {
      expect((await first()).json().errors).toBeUndefined()
      const answer = await second()
      expect([codeOf(answer), answer.json().data]).toEqual(['UNAUTHORIZED', { issues: null }])
      expect(codeOf(await first())).toBe('UNAUTHORIZED')
    },
  },
  'nodes-null': {
    spec: { fault: 'nodes-null' },
    async sees({ first }) {
      expect(pageOf(await first()).nodes).toBeNull()
    },
  },
  'page-info-missing': {
    spec: { fault: 'page-info-missing' },
    async sees({ first }) {
      expect(pageOf(await first())).not.toHaveProperty('pageInfo')
    },
  },
  'total-count-missing': {
    spec: { fault: 'total-count-missing', asNull: true },
    async sees({ first }) {
      expect(pageOf(await first()).totalCount).toBeNull()
    },
  },
  'total-count-wrong': {
    spec: { fault: 'total-count-wrong', by: -2 },
    async sees({ first, simulator }) {
      expect(pageOf(await first()).totalCount).toBe(simulator.world.issues.count() - 2)
    },
  },
  'total-count-capped': {
    spec: { fault: 'total-count-capped', cap: 10 },
    async sees({ first, simulator, token }) {
      expect(pageOf(await first()).totalCount).toBe(10)
      const query = '{ configurationFindings(first: 1) { nodes { id } totalCount maxCountReached } }'
      const answer = await post(simulator, token, { query })
      expect(rootOf<Page>(answer.json(), 'configurationFindings')).toMatchObject({
        totalCount: 10,
        maxCountReached: true,
      })
    },
  },
  'cursor-repeated': {
    spec: { fault: 'cursor-repeated' },
    async sees({ second, first }) {
      const { pageInfo } = pageOf(await first())
      expect(pageOf(await second()).pageInfo).toEqual({ hasNextPage: true, endCursor: pageInfo?.endCursor })
    },
  },
  'cursor-missing': {
    spec: { fault: 'cursor-missing' },
    async sees({ first }) {
      expect(pageOf(await first()).pageInfo).toEqual({ hasNextPage: true, endCursor: null })
    },
  },
  'empty-page': {
    spec: { fault: 'empty-page', page: 2 },
    async sees({ second }) {
      const { nodes, pageInfo } = pageOf(await second())
      expect([nodes, pageInfo]).toEqual([[], { hasNextPage: true, endCursor: expect.any(String) }])
    },
  },
  'walk-truncated': {
    spec: { fault: 'walk-truncated' },
    async sees({ first }) {
      expect(pageOf(await first()).pageInfo).toEqual({ hasNextPage: false, endCursor: null })
    },
  },
  'empty-answer': {
    spec: { fault: 'empty-answer' },
    async sees({ first }) {
      const empty = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 }
      expect(pageOf(await first())).toEqual(empty)
    },
  },
  'duplicate-row': {
    spec: { fault: 'duplicate-row' },
    async sees({ first, second }) {
      const before = pageOf(await first()).nodes?.at(-1)
      const { nodes } = pageOf(await second())
      expect([nodes?.[0]?.id, nodes?.length]).toEqual([before?.id, 6])
    },
  },
  'skipped-row': {
    spec: { fault: 'skipped-row' },
    async sees({ second }) {
      expect(pageOf(await second()).nodes).toHaveLength(4)
    },
  },
  'null-items': {
    spec: { fault: 'null-items', nth: 3 },
    async sees({ first }) {
      const answer = await first()
      expect(pageOf(answer).nodes?.map((node) => node === null)).toEqual([true, false, false, true, false])
      expect(answer.json().errors).toBeUndefined()
    },
  },
  'null-lists': {
    spec: { fault: 'null-lists' },
    async sees({ first }) {
      for (const node of pageOf(await first()).nodes ?? []) {
        expect(node).toMatchObject({ notes: null, projects: null, serviceTickets: null })
      }
    },
  },
  'record-without-id': {
    spec: { fault: 'record-without-id' },
    async sees(scene) {
      expect(await firstNode(scene)).not.toHaveProperty('id')
    },
  },
  'record-wrong-type': {
    spec: { fault: 'record-wrong-type', field: 'createdAt', wrong: 7 },
    async sees(scene) {
      expect((await firstNode(scene))?.createdAt).toBe(7)
    },
  },
  'record-unknown-enum': {
    spec: { fault: 'record-unknown-enum' },
    async sees(scene) {
      expect((await firstNode(scene))?.severity).toBe('SEVERE')
    },
  },
  'record-gigantic': {
    spec: { fault: 'record-gigantic', bytes: 100_000 },
    async sees(scene) {
      expect((await firstNode(scene))?.description).toHaveLength(100_000)
    },
  },
  'record-hostile-text': {
    spec: { fault: 'record-hostile-text' },
    async sees(scene) {
      expect((await firstNode(scene))?.description).toMatch(/\0.*\ud800/u)
    },
  },
  'enum-added': {
    spec: { fault: 'enum-added', nth: 2 },
    async sees({ first }) {
      const words = pageOf(await first()).nodes?.map((node) => node?.severity === 'SEVERE')
      expect(words).toEqual([true, false, true, false, true])
    },
  },
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
}
