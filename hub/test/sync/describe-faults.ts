import { afterAll, beforeAll, expect, it } from 'vitest'
import type { FaultName, Simulator } from 'wizbridge-simulator'
import { issue } from '../../src/kinds/issue.ts'
import { serviceTicket } from '../../src/kinds/service-ticket.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { FAULTS, type FaultCase, specOf } from './fault-table.ts'
import { connectTo, impatientTransport, type Outcome, startTenant, type Tenant, usePagesOf } from './fixture.ts'
import { rowDifferences, type StoredRow, worldRows } from './world-check.ts'

let test: TestApp
let simulator: Simulator

// In two files the rows of the table take half as long.
const FIRST_OF_ANSWERS = Object.keys(FAULTS).indexOf('data-null')
const HALVES = {
  calls: Object.entries(FAULTS).slice(0, FIRST_OF_ANSWERS),
  answers: Object.entries(FAULTS).slice(FIRST_OF_ANSWERS),
}

/** Tests for the faults of one half of the table: those of calls on their way, or those of what the answers hold. */
export function describeFaults(half: keyof typeof HALVES): void {
  beforeAll(async () => {
    usePagesOf(15)
    test = await testApp()
    simulator = await startTenant({ issues: 40 })
  })
  afterAll(async () => {
    await simulator?.close()
    await test?.close()
  })

  const cases = HALVES[half].flatMap(([name, rows]) =>
    'elsewhere' in rows ? [] : rows.map((each) => [name as FaultName, each.when, each] as const),
  )

  it('ING-9 every fault the simulator knows has its row in the table', async () => {
    const { known } = (await (await fetch(`${simulator.url}/_simulator/faults`)).json()) as {
      known: { name: string }[]
    }
    expect(Object.keys(FAULTS).sort()).toEqual(known.map((each) => each.name).sort())
  })

  it.each(cases)('ING-9 a fault of the simulator: %s, %s', async (name, _when, fault) => {
    const transport = fault.timeoutMs ? impatientTransport(fault.timeoutMs) : undefined
    const tenant = await connectTo(test.app, simulator, { ...(transport && { transport }) })
    try {
      const first = await struck(tenant, name, fault)
      expectEnd(first, fault)
      await expectData(tenant, first, fault, new Map())
      await expectHealed(tenant)

      changeWorld()
      const before = await tenant.stored(issue)
      const second = await struck(tenant, name, fault)
      expectEnd(second, { ...fault, ...fault.filled })
      await expectData(tenant, second, fault, before)
      await expectHealed(tenant)
      expect(simulator.journal.trapped, 'a redirect was followed').toEqual([])
    } finally {
      simulator.faults.clear()
      await transport?.close()
    }
  })
}

const KINDS = [issue, serviceTicket]

/** A sync under a fault that has really happened. */
async function struck(tenant: Tenant, name: FaultName, fault: FaultCase): Promise<Outcome> {
  simulator.faults.clear()
  simulator.faults.add(specOf(name, fault))
  const outcome = await tenant.sync({ kinds: KINDS })
  expect(simulator.faults.list()[0]?.fired, 'the fault has happened').toBeGreaterThan(0)
  simulator.faults.clear()
  return outcome
}

function expectEnd(outcome: Outcome, { state, code, note }: Pick<FaultCase, 'state' | 'code' | 'note'>): void {
  const { issue: receipt } = outcome.receipts
  expect({ status: outcome.status, state: receipt?.state, code: receipt?.code, error: receipt?.error }).toEqual({
    status: state,
    state,
    code,
    error: state === 'complete' ? null : expect.stringMatching(/^\S.*\.$/),
  })
  expect(`${outcome.error} ${receipt?.error}`).not.toContain(simulator.clientSecret)
  if (note) expect(receipt?.notes.join('\n')).toMatch(note)
  expect(receipt?.notes.length).toBeLessThan(20)
}

/** What is stored after a sync: only a complete one may remove, and nothing is there that Wiz never said. */
async function expectData(
  tenant: Tenant,
  outcome: Outcome,
  { spoils = false, filled }: FaultCase,
  before: ReadonlyMap<string, StoredRow>,
): Promise<void> {
  const stored = await tenant.stored(issue)
  const isComplete = outcome.receipts.issue?.state === 'complete'
  const world = worldRows(simulator.world, issue)
  if (isComplete && !spoils) expect(await tenant.unlikeWorld(issue)).toEqual([])
  if (isComplete && spoils && !filled) expect([...stored.keys()].sort()).toEqual([...world.keys()].sort())
  if (isComplete) return
  expect(
    [...before.keys()].filter((id) => !stored.has(id)),
    'rows are lost',
  ).toEqual([])
  const wrong = [...stored].filter(([id, row]) => {
    const node = world.get(id)
    const isNew = node !== undefined && rowDifferences(issue, row, node).length === 0
    return !isNew && row.xmin !== before.get(id)?.xmin && row.absentRun === null
  })
  expect(
    wrong.map(([id]) => id),
    'rows nobody sent',
  ).toEqual([])
  expect(await tombstones(tenant)).toEqual([])
}

async function tombstones(tenant: Tenant): Promise<string[]> {
  const { connectionId } = tenant
  const { rows } = await test.app.store.pool.query<{ id: string }>(
    `SELECT id FROM tombstone WHERE connection_id = $1 AND kind = 'issue' AND run_id = (SELECT max(id) FROM run WHERE connection_id = $1)`,
    [connectionId],
  )
  return rows.map((row) => row.id)
}

async function expectHealed(tenant: Tenant): Promise<void> {
  const outcome = await tenant.sync({ kinds: KINDS })
  expect(outcome).toMatchObject({ status: 'complete', receipts: { issue: { state: 'complete', code: null } } })
  expect(await tenant.unlikeWorld(issue)).toEqual([])
}

/** Some issues change, few enough of them vanish to be removed without a question, and some are new. */
function changeWorld(): void {
  const { issues } = simulator.world
  const ids = [...issues.ids()]
  for (const id of ids.slice(10, 13)) issues.update(id, { status: 'IN_PROGRESS', severity: 'LOW' })
  for (const id of ids.slice(30, 32)) issues.remove(id)
  issues.add()
  issues.add()
}
