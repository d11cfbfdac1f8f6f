import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import { post, tokenOf } from './client.ts'

const CREATE = 'mutation { createReport(input: {name: "all", type: ISSUES, projectId: "*"}) { report { id } } }'
const UPLOAD = '{ requestSecurityScanUpload(filename: "f.json") { upload { url } } }'

describe('object storage', () => {
  let simulator: Simulator
  let token: string
  beforeAll(async () => {
    simulator = await startSimulator({ issues: 25, rate: { perSecond: null } })
    token = await tokenOf(simulator)
  })
  beforeEach(() => {
    simulator.journal.clear()
    simulator.faults.clear()
  })
  afterAll(() => simulator.close())

  const ask = async (query: string) => JSON.parse((await post(simulator, token, { query })).text).data

  async function reportUrl(): Promise<string> {
    const { id } = (await ask(CREATE)).createReport.report
    simulator.advance(600_000)
    token = await tokenOf(simulator)
    return (await ask(`{ report(id: "${id}") { lastRun { url } } }`)).report.lastRun.url
  }

  it('ING-6 gives a report as CSV to who has the link and sends no token', async () => {
    const url = await reportUrl()
    expect(url.startsWith(`${simulator.url}/storage/reports/`)).toBe(true)
    const answer = await fetch(url)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv'])
    expect((await answer.text()).split('\n')[0]).toContain('Created At,Title,Severity,Status')
    expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(400)
    expect((await fetch(url, { method: 'POST' })).status).toBe(405)
    expect((await fetch(`${simulator.url}/storage/reports/nothing`)).status).toBe(404)
    expect(
      simulator.journal.transfers.map(({ endpoint, status, authorized }) => [endpoint, status, authorized]),
    ).toEqual([
      ['download', 200, false],
      ['download', 400, true],
      ['download', 405, false],
      ['download', 404, false],
    ])
  })

  it('ING-6 cuts a report short without saying so', async () => {
    const url = await reportUrl()
    const whole = await (await fetch(url)).text()
    simulator.faults.add({ fault: 'truncated-body', endpoint: 'download', keep: 0.9 })
    const cut = await fetch(url)
    expect(cut.status).toBe(200)
    expect(whole.startsWith(await cut.text())).toBe(true)
    expect(Number(cut.headers.get('content-length'))).toBeLessThan(Buffer.byteLength(whole))
  })

  it('PUSH-3 takes an upload by PUT without a token', async () => {
    const { url } = (await ask(UPLOAD)).requestSecurityScanUpload.upload
    const body = '{"integrationId": "x", "dataSources": []}'
    const refused = await fetch(url, { method: 'PUT', body, headers: { authorization: 'Bearer x' } })
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('Authorization')])
    expect(simulator.world.uploads.received()).toHaveLength(0)
    expect((await fetch(url, { method: 'PUT', body })).status).toBe(200)
    expect(simulator.world.uploads.received()).toHaveLength(1)
    expect((await fetch(`${simulator.url}/storage/uploads/nothing`, { method: 'PUT', body })).status).toBe(404)
    expect(simulator.journal.summary().uploads).toBe(3)
  })

  it('PUSH-3 keeps an upload whose answer is lost, and refuses like storage does', async () => {
    const { url } = (await ask(UPLOAD)).requestSecurityScanUpload.upload
    const before = simulator.world.uploads.received().length
    simulator.faults.add({ fault: 'answer-lost', endpoint: 'upload', times: 1 })
    await expect(fetch(url, { method: 'PUT', body: '{}' })).rejects.toThrow()
    expect(simulator.world.uploads.received()).toHaveLength(before + 1)
    simulator.faults.add({ fault: 'gateway-refused', endpoint: 'upload', status: 403 })
    const refused = await fetch(url, { method: 'PUT', body: '{}' })
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('<Code>AccessDenied')])
  })
})
