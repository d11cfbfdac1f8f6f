import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseSpec } from '../src/faults/parse-spec.ts'
import { registry } from '../src/faults/registry.ts'
import { type FaultName, type Simulator, startSimulator } from '../src/simulator.ts'
import { askIssues, ISSUES, pageOf, post, tokenOf } from './client.ts'
import { FAULT_ROWS } from './fault-rows/fault-rows.ts'
import type { Scene } from './fault-rows/scene.ts'

const PAGE = 5

let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator({ issues: 60, rate: { perSecond: null, concurrency: null } })
  const scopes = [...(simulator.accounts.get(simulator.clientId)?.scopes ?? []), 'write:comments']
  simulator.accounts.update(simulator.clientId, { scopes })
})
beforeEach(() => {
  simulator.faults.clear()
  simulator.journal.clear()
})
afterAll(() => simulator.close())

async function scene(): Promise<Scene> {
  const token = await tokenOf(simulator)
  const before = pageOf(await askIssues(simulator, token, { first: PAGE }))
  const first = () => askIssues(simulator, token, { first: PAGE })
  const second = () => askIssues(simulator, token, { first: PAGE, after: before.pageInfo?.endCursor })
  const body = { query: ISSUES, variables: { first: 1 } }
  const impatient = () => post(simulator, token, body, {}, { signal: AbortSignal.timeout(100) })
  return { simulator, token, first, second, impatient }
}

describe('every fault can be seen by a client', () => {
  it('RUN-6 has a row in this test', () => {
    expect(Object.keys(FAULT_ROWS).sort()).toEqual(Object.keys(registry).sort())
  })

  it('RUN-6 is on the reference page', async () => {
    await expect(faultPage()).toMatchFileSnapshot('../FAULTS.md')
  })

  it.each(Object.keys(registry) as FaultName[])('RUN-6 %s', async (name) => {
    const row = FAULT_ROWS[name]
    const ready = await scene()
    simulator.faults.add(row.spec)
    await row.sees(ready)
    expect(simulator.faults.list().map(({ spec, fired }) => [spec.fault, fired > 0])).toEqual([[name, true]])
  })
})

/** The reference page, derived from the registry so that it cannot lag behind. */
function faultPage(): string {
  const rows = Object.entries(registry).map(([name, { about, applies, params, endpoints, times }]) => {
    const given = Object.entries(params).map(([param, standard]) => `\`${param}\` ${JSON.stringify(standard)}`)
    const where = applies === 'token' ? 'token' : (endpoints ?? ['graphql']).join(', ')
    const often = times === undefined ? '' : ` Happens ${times}× unless \`times\` says otherwise.`
    return `| \`${name}\` | ${applies} | ${where} | ${given.join('<br>')} | ${about.replaceAll('|', '\\|')}${often} |`
  })
  const head = [
    '| fault | applies to | endpoint | parameters and defaults | what a client sees |',
    '|---|---|---|---|---|',
  ]
  return [...FAULT_PAGE_INTRO, ...head, ...rows, ''].join('\n')
}

const FAULT_PAGE_INTRO = [
  '# Faults',
  '',
  'Written by `npx vitest run simulator/test/faults.test.ts -u` from `src/faults/`.',
  '',
  'A fault is switched on as `{ "fault": name, …parameters, …conditions }`. Conditions, all optional, all must hold:',
  '',
  '- `root`: only for this root field (name in the schema, or alias)',
  '- `page`, `fromPage`: only for this page of a walk, or from it on, counted from 1',
  '- `times`: at most so often; `after`: not for the first so many matching calls; `every`: every so many-th of them',
  '- `account`: only for this client id',
  '- `endpoint`: at another door than the first one named in the table',
  '',
]

describe('when a fault happens', () => {
  const statuses = async (calls: number) => {
    const { first } = await scene()
    const seen: number[] = []
    for (let call = 0; call < calls; call++) seen.push((await first()).status)
    return seen
  }

  it('happens so many times, after so many calls, and every so many', async () => {
    // The scene itself asks once before.
    simulator.faults.add({ fault: 'gateway-error', after: 2, every: 2, times: 2 })
    expect(await statuses(6)).toEqual([200, 503, 200, 503, 200, 200])
  })

  it('happens for the root and page it names only', async () => {
    simulator.faults.add({ fault: 'gateway-error', root: 'issuesV2', page: 2 })
    const { first, second, token } = await scene()
    expect([(await first()).status, (await second()).status]).toEqual([200, 503])
    expect((await post(simulator, token, { query: '{ projects(first: 1) { nodes { id } } }' })).status).toBe(200)
    simulator.faults.clear()
    simulator.faults.add({ fault: 'gateway-error', fromPage: 2 })
    expect([(await first()).status, (await second()).status]).toEqual([200, 503])
  })

  it('happens for the account it names only', async () => {
    simulator.faults.add({ fault: 'gateway-error', account: 'somebody-else' })
    expect(await statuses(1)).toEqual([200])
  })

  it('happens together with others, and is written down', async () => {
    const { first } = await scene()
    simulator.faults.add({ fault: 'total-count-wrong', by: 1 }, { fault: 'null-items', nth: 5 }, { fault: 'slow-drip' })
    const page = pageOf(await first())
    expect([page.totalCount, page.nodes?.[0]]).toEqual([simulator.world.issues.count() + 1, null])
    expect(simulator.journal.calls.at(-1)?.faults).toEqual(['total-count-wrong', 'null-items', 'slow-drip'])
  })

  it('leaves the world itself untouched', async () => {
    const { first } = await scene()
    const truth = (await first()).text
    simulator.faults.add({ fault: 'null-lists' }, { fault: 'record-gigantic' }, { fault: 'empty-answer' })
    await first()
    simulator.faults.clear()
    expect((await first()).text).toBe(truth)
  })

  it('happens at the token endpoint too, for transport faults', async () => {
    simulator.faults.add({ fault: 'gateway-error', endpoint: 'token', times: 1 })
    await expect(tokenOf(simulator)).rejects.toThrow('503')
    expect(await tokenOf(simulator)).toEqual(expect.any(String))
  })

  it.each([
    [{ fault: 'nonsense' }, /no fault "nonsense"/],
    [{ fault: 'stall', seconds: 3 }, /no parameter "seconds".*ms/],
    [{ fault: 'stall', ms: '3' }, /"ms".*number/],
    [{ fault: 'stall', page: '3' }, /"page".*number/],
    [{ fault: 'data-null', endpoint: 'token' }, /can happen at: graphql/],
    ['stall', /object/],
  ])('refuses %j with a sentence', (spec, sentence) => {
    expect(() => parseSpec(spec)).toThrow(sentence)
  })
})
