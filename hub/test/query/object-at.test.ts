import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { issue } from '../../src/kinds/issue.ts'
import { LOCAL_STATUSES } from '../../src/kinds/local-status.ts'
import { nodeReader } from '../../src/kinds/read-node.ts'
import { OPERATIONS } from '../../src/operations/operations.ts'
import { buryRows } from '../../src/store/bury-rows.ts'
import { transaction } from '../../src/store/transaction.ts'
import { writeRows } from '../../src/store/write-page.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { ask } from '../operations/ask.ts'
import { addConnection } from './rows.ts'

let test: TestApp
let connectionId: number
let objects = 0

beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test.close())
beforeEach(async () => {
  await test.empty()
  connectionId = await addConnection(test.app, 'prod')
})

/** What history keeps of an issue. */
interface Tracked {
  readonly status: string
  readonly severity: string | null
  readonly resolvedAt: string | null
  readonly assignee: string | null
}

const OPEN: Tracked = { status: 'OPEN', severity: 'HIGH', resolvedAt: null, assignee: null }

async function write(app: App, id: string, { assignee, ...fields }: Tracked): Promise<void> {
  const node = {
    id,
    type: 'TOXIC_COMBINATION',
    projects: [],
    ...fields,
    assignee: assignee === null ? null : { primaryEmail: assignee },
  }
  const row = nodeReader(issue)(node)
  if ('rejected' in row) throw new Error(row.rejected.sentence)
  const origin = { connectionId, runId: null, cause: 'sync', observedAt: new Date() }
  await transaction(app.store.pool, (client) => writeRows(client, issue, [row], origin))
}

async function bury(app: App, id: string): Promise<void> {
  const burial = { connectionId, runId: null, cause: 'sync', reason: 'gone-from-wiz' }
  await transaction(app.store.pool, (client) => buryRows(client, issue, [id], burial))
}

async function clock({ store }: App): Promise<string> {
  const { rows } = await store.pool.query<{ at: string }>('SELECT clock_timestamp() AS at')
  return rows[0]?.at ?? ''
}

const show = OPERATIONS.find(({ name }) => name === 'issues.show')
async function at(id: string, moment: string) {
  if (!show) throw new Error('there is no issues.show')
  return (await ask(test.app, show, { id, at: moment })) as Record<string, unknown> & {
    asOf: { presence: string; fieldsThen: string[]; sentence: string }
    history: { event: string; field: string | null; before: string | null }[]
    tombstone: { reason: string } | null
  }
}

const moment = fc.constantFrom(null, '2026-03-01T00:00:00Z', '2026-04-05T06:07:08.123456Z')
const tracked: fc.Arbitrary<Tracked> = fc.record({
  status: fc.constantFrom('OPEN', 'IN_PROGRESS', 'RESOLVED'),
  severity: fc.constantFrom('LOW', 'HIGH', null),
  resolvedAt: moment,
  assignee: fc.constantFrom(null, 'a@example.com', 'null', '{"x"}'),
})
const steps = fc.array(fc.oneof({ weight: 3, arbitrary: tracked }, { weight: 1, arbitrary: fc.constant('bury') }), {
  minLength: 1,
  maxLength: 8,
})

describe('what was known at a moment', () => {
  it('ING-12 is what a recorded sequence of changes left behind at every moment of it', async () => {
    await fc.assert(
      fc.asyncProperty(tracked, steps, async (first, rest) => {
        const id = `issue-${objects++}`
        const before = await clock(test.app)
        const record: { at: string; is: Tracked; isHere: boolean }[] = []
        for (const step of [first, ...rest]) {
          const was = record.at(-1)
          if (step === 'bury') await bury(test.app, id)
          else await write(test.app, id, step)
          const is = step === 'bury' ? (was?.is ?? first) : step
          record.push({ at: await clock(test.app), is, isHere: step !== 'bury' })
        }
        for (const { at: time, is, isHere } of record) {
          const found = await at(id, time)
          const { presence, fieldsThen } = found.asOf
          expect(presence).toBe(isHere ? 'here' : 'removed')
          expect(found.tombstone?.reason).toBe(isHere ? undefined : 'gone-from-wiz')
          expect(fieldsThen).toEqual(expect.arrayContaining([...Object.keys(is), 'localStatus']))
          expect(found).toMatchObject({ ...is, localStatus: LOCAL_STATUSES[is.status] })
          expect(found.history.every(({ event, before: was }) => event === 'changed' || was === null)).toBe(true)
        }
        await expect(at(id, before)).rejects.toMatchObject({ code: 'not-found' })
      }),
      { numRuns: 40 },
    )
  })

  it('ING-12 tells which fields are as of then, and what had changed it by then', async () => {
    await write(test.app, 'i', OPEN)
    const first = await clock(test.app)
    await write(test.app, 'i', { ...OPEN, status: 'IN_PROGRESS' })
    const second = await clock(test.app)
    await write(test.app, 'i', { ...OPEN, status: 'RESOLVED', resolvedAt: '2026-03-01T00:00:00Z' })
    const then = await at('i', first)
    expect(then).toMatchObject({ status: 'OPEN', localStatus: 'Open', resolvedAt: null, history: [] })
    expect(then.asOf.fieldsThen).not.toContain('updatedAt')
    expect(then.asOf.sentence).toMatch(
      /^It was here\. As they were then: status, .*\. All else, raw too, is as it is now\.$/,
    )
    expect(await at('i', second)).toMatchObject({
      status: 'IN_PROGRESS',
      history: [{ event: 'changed', field: 'status' }],
    })
    const now = await at('i', await clock(test.app))
    expect(now).toMatchObject({
      status: 'RESOLVED',
      asOf: { sentence: 'It was here. All fields are as they were then.' },
    })
  })

  it('ING-12 refuses moments before it was known, ahead, beyond what is kept, and none at all', async () => {
    await write(test.app, 'i', OPEN)
    const sentences = async (moment: string) => (await at('i', moment).catch((error: unknown) => error)) as Error
    expect((await sentences('2020-01-01')).message).toMatch(
      /^The issue "i" was not known yet at 2020-01-01T00:00:00.*: it was first stored at 20/,
    )
    expect((await sentences('2999-01-01')).message).toContain('lies ahead. Give a moment of the past.')
    expect((await sentences('tomorrow')).message).toContain('write it as 2026-01-31 or 2026-01-31T09:00:00Z')
    Object.assign(test.app.config.keep, { historyDays: 30 })
    expect((await sentences('2020-01-01')).message).toContain('history is kept for 30 days here')
    Object.assign(test.app.config.keep, { historyDays: undefined })
  })
})
