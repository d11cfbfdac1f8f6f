import { describe, expect, it } from 'vitest'
import type { Caller } from '../../src/access/caller.ts'
import { kindNamed } from '../../src/kinds/kinds.ts'
import { updateConnection } from '../../src/operations/connections/update.ts'
import { updatePlan } from '../../src/operations/plans/update.ts'
import { why } from '../../src/operations/why.ts'
import { buryRows } from '../../src/store/bury-rows.ts'
import { transaction } from '../../src/store/transaction.ts'
import { ask, OWNER } from '../operations/ask.ts'
import { makePlan, runPlan, storedIds, syncByHand } from '../plans/fixture.ts'
import { connect, connectedApp, type Node } from '../tenant.ts'

const test = connectedApp({ issues: 60 })

const NOBODY = '5b1e1a52-0000-4000-8000-000000000000'
const answers = async (id: unknown, caller: Caller = OWNER) =>
  (await ask(test.app, why, { id: String(id) }, caller)).items
const first = async (id: unknown, caller: Caller = OWNER) => (await answers(id, caller))[0]
const issues = () => test.nodes('issuesV2')
const issueWith = (test: (node: Node) => boolean) => String(issues().find(test)?.id)
const platformOf = (node: Node) => String((node.entitySnapshot as Node).cloudPlatform)

describe('what is here', () => {
  it('ING-10 is said to be here, by id and by link', async () => {
    await syncByHand(test.app, 'prod', ['issue'])
    const [issue] = issues()
    expect(await first(issue?.id)).toMatchObject({ code: 'here', connection: 'prod', kind: 'issue' })
    expect(await first(issue?.url)).toMatchObject({ code: 'here', kind: 'issue' })
  })

  it('ING-10 is told to be about to go, and to wait for a person', async () => {
    await syncByHand(test.app, 'prod', ['cloud-resource', 'issue'])
    const [resource = ''] = await storedIds(test.app, 'cloud-resource')
    test.simulator.world.cloudResources.remove(resource)
    const before = test.simulator.world.snapshot('issuesV2')
    test.simulator.world.issues.shrink(0.5)
    const gone = before.find((id) => !test.simulator.world.snapshot('issuesV2').includes(id))
    const run = await syncByHand(test.app, 'prod', ['cloud-resource', 'issue'])
    expect(await first(resource)).toMatchObject({ code: 'missed', run: run.id })
    expect(await first(gone)).toMatchObject({
      code: 'waits-for-approval',
      run: run.id,
      change: `wizbridge runs approve ${run.id}`,
    })
  })
})

describe('what a plan leaves out', () => {
  it('ING-10 names the filter, what the plan wants, what it has, and the command that lets it in', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'high', severities: ['HIGH'] })
    await runPlan(test.app, 'high')
    const low = issueWith((node) => node.severity === 'LOW')
    expect(await first(low)).toEqual({
      code: 'excluded',
      connection: 'prod',
      kind: 'issue',
      plan: 'high',
      run: null,
      by: 'severities',
      sentence: 'The plan high brings in only the severities HIGH; it has LOW.',
      change: 'wizbridge plans update high --severities HIGH,LOW',
    })
    await ask(test.app, updatePlan, { plan: 'high', severities: ['HIGH', 'LOW'] })
    await runPlan(test.app, 'high')
    expect((await first(low))?.code).toBe('here')
  })

  it.each([
    ['statuses', { statuses: ['OPEN'] }, (node: Node) => node.status === 'RESOLVED'],
    ['platforms', { platforms: ['AWS'] }, (node: Node) => platformOf(node) === 'GCP'],
    ['assetTypes', { assetTypes: ['BUCKET'] }, (node: Node) => (node.entitySnapshot as Node).type !== 'BUCKET'],
    ['projects', { projects: [NOBODY] }, (node: Node) => node.severity === 'HIGH'],
  ])('ING-10 names the filter by %s', async (by, limits, isWanted) => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'narrow', kinds: ['issue'], ...limits })
    expect(await first(issueWith(isWanted))).toMatchObject({ code: 'excluded', by, plan: 'narrow' })
  })

  it('ING-10 names the rule and the option', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe', platforms: [], severities: [] })
    const deleted = issueWith((node) => node.resolutionReason === 'OBJECT_DELETED')
    expect(await first(deleted)).toMatchObject({
      code: 'excluded',
      by: 'skipDeletedResources',
      change: 'Turn the option skipDeletedResources of the plan off.',
    })
  })

  it('ING-10 names new assets that are not onboarded', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', {
      name: 'safe',
      off: ['autoOnboardNewAssets'],
      platforms: [],
    })
    const [resource] = test.simulator.world.snapshot('cloudResourcesV2')
    expect(await first(resource)).toMatchObject({ code: 'excluded', kind: 'cloud-resource', by: 'onlyKnownAssets' })
  })

  it('ING-10 names findings without a CVE id, by the link of the portal', async () => {
    await makePlan(test.app, 'prod', 'vulnerabilities', { name: 'backline', assetTypes: [] })
    const node = test
      .nodes('vulnerabilityFindings', { status: ['OPEN'], assetType: ['CONTAINER_IMAGE'] })
      .find(({ name }) => String(name).startsWith('GHSA'))
    expect(await first(node?.portalUrl)).toMatchObject({
      code: 'excluded',
      by: 'onlyCve',
      kind: 'vulnerability-finding',
    })
  })

  it('ING-10 names the projects of the connection', async () => {
    await connect(test.app, test.simulator, 'limited', { projects: [NOBODY] })
    // A plan cannot reach beyond its connection: to change the plan would not help.
    await makePlan(test.app, 'limited', 'wiz-cspm', { name: 'within' })
    const found = (await answers(issues()[0]?.id)).find(({ connection }) => connection === 'limited')
    expect(found).toMatchObject({ code: 'excluded', by: 'projects' })
    // What it says to do works.
    const typed = found?.change?.match(/^wizbridge connections update limited --projects (.+)$/)?.[1] ?? ''
    expect(typed).toContain(NOBODY)
    await ask(test.app, updateConnection, { connection: 'limited', projects: typed.split(',') })
    const then = (await answers(issues()[0]?.id)).find(({ connection }) => connection === 'limited')
    expect(then).toMatchObject({ code: 'never-synced', plan: 'within' })
  })

  it('ING-10 names the kind that no plan brings in, the plan that is off, and the one that has not run', async () => {
    await makePlan(test.app, 'prod', 'runtime-detections', { name: 'alma' })
    const id = String(issues()[0]?.id)
    expect(await first(id)).toMatchObject({
      code: 'not-wanted',
      change: 'wizbridge plans update alma --kinds cloud-resource,issue',
    })
    await ask(test.app, updatePlan, { plan: 'alma', kinds: ['issue'] })
    expect(await first(id)).toMatchObject({ code: 'never-synced', change: 'wizbridge plans run alma' })
    await ask(test.app, updatePlan, { plan: 'alma', enabled: false })
    expect(await first(id)).toMatchObject({ code: 'plan-off', plan: 'alma' })
  })
})

describe('what went wrong, or went', () => {
  it('ING-10 names the run that is not complete, with its error', async () => {
    test.simulator.faults.add({ fault: 'gateway-refused', root: 'issuesV2' })
    const run = await syncByHand(test.app, 'prod', ['issue'])
    test.simulator.faults.clear()
    expect(run.status).not.toBe('complete')
    const found = await first(issues()[0]?.id)
    expect(found).toMatchObject({ code: 'run-incomplete', run: run.id, change: `wizbridge runs resume ${run.id}` })
  })

  it('ING-10 names what appeared since the last run', async () => {
    await syncByHand(test.app, 'prod', ['issue'])
    const { id } = test.simulator.world.issues.add({})
    expect(await first(id)).toMatchObject({ code: 'not-yet', change: 'wizbridge sync prod --kinds issues' })
  })

  it('ING-10 names why it was removed, and by which run', async () => {
    await syncByHand(test.app, 'prod', ['issue'])
    const [id = ''] = await storedIds(test.app, 'issue')
    test.simulator.world.issues.remove(id)
    const run = await syncByHand(test.app, 'prod', ['issue'])
    expect(await first(id)).toMatchObject({ code: 'removed', by: 'gone-from-wiz', run: run.id })
  })

  it.each([
    'left-scope',
    'approved',
    'deleted-in-wiz',
  ])('ING-10 explains the reason %s of a removal', async (reason) => {
    await syncByHand(test.app, 'prod', ['issue'])
    const [id = ''] = await storedIds(test.app, 'issue')
    const burial = { connectionId: 1, runId: null, cause: 'test', reason }
    await transaction(test.app.store.pool, (client) => buryRows(client, kindNamed('issue'), [id], burial))
    test.simulator.world.issues.remove(id)
    const found = await first(id)
    expect(found).toMatchObject({ code: 'removed', by: reason })
    expect(found?.sentence).toMatch(/because (?!the reason was)/)
  })

  it('ING-10 names a record that was set aside', async () => {
    const run = await syncByHand(test.app, 'prod', ['issue'])
    await test.app.store.pool.query(
      `INSERT INTO rejected_record (run_id, connection_id, kind, record_id, code, reason)
       VALUES ($1, 1, 'issue', $2, 'no-id', 'A node has no usable id.')`,
      [run.id, NOBODY],
    )
    expect(await first(NOBODY)).toMatchObject({ code: 'rejected', run: run.id, by: 'no-id' })
  })

  it('ING-10 says that Wiz calls it deleted', async () => {
    const { id } = test.simulator.world.configurationFindings.add({ deleted: true })
    expect(await first(id)).toMatchObject({ code: 'deleted-in-wiz', kind: 'configuration-finding' })
  })
})

describe('what Wiz does not tell', () => {
  it('ING-10 says that Wiz does not know it', async () => {
    expect(await first(NOBODY)).toMatchObject({ code: 'unknown-to-wiz', connection: 'prod' })
  })

  it('ING-10 names the missing scope', async () => {
    test.simulator.accounts.update(test.simulator.clientId, { scopes: ['read:projects'] })
    const found = await answers(issues()[0]?.url)
    expect(found).toMatchObject([{ code: 'forbidden', kind: 'issue' }])
    expect(found[0]?.change).toMatch(/read:issues/)
  })

  it('ING-1 ING-10 is told also where Wiz no longer has a field that is asked for', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'high', severities: ['HIGH'] })
    const low = issueWith((node) => node.severity === 'LOW')
    test.simulator.faults.add({ fault: 'field-removed' })
    expect(await answers(low)).toMatchObject([{ code: 'excluded', by: 'severities', plan: 'high' }])
  })

  it('ING-10 says that Wiz could not be asked', async () => {
    test.simulator.accounts.update(test.simulator.clientId, { disabled: true })
    expect(await first(issues()[0]?.url)).toMatchObject({
      code: 'cannot-ask',
      by: 'wrong-credentials',
      change: 'wizbridge connections test prod',
    })
  })

  it('ING-10 says once what keeps Wiz from answering for any kind, and promises no repetition', async () => {
    test.simulator.faults.add({ fault: 'truncated-body' })
    const found = await answers(NOBODY)
    expect(found.map(({ code, by }) => ({ code, by }))).toEqual([{ code: 'cannot-ask', by: 'connection-reset' }])
    expect(found[0]?.sentence).toMatch(/Try again/)
  })

  it('ING-10 says that detections do not come in by plans', async () => {
    const link = `https://app.wiz.io/findings/detections#~(detectionId~'${NOBODY})`
    expect(await answers(link)).toMatchObject([{ code: 'not-kept', kind: 'detection' }])
  })

  it('RUN-4 tells nothing of other connections and other projects', async () => {
    await syncByHand(test.app, 'prod', ['issue'])
    const [issue] = issues()
    const elsewhere: Caller = { name: 'user:a', role: 'viewer', connectionIds: [99] }
    expect(await answers(issue?.id, elsewhere)).toMatchObject([{ code: 'never-synced', connection: null }])
    const outsider: Caller = { name: 'user:b', role: 'viewer', projectIds: [NOBODY] }
    const about = async (id: unknown) => (await answers(id, outsider)).map(({ code, sentence }) => ({ code, sentence }))
    expect(await about(issue?.id)).toEqual(await about(NOBODY))
  })

  it('RUN-4 names no other project of what may be seen, neither in a sentence nor in a command', async () => {
    const node = issues().find(({ projects }) => (projects as Node[]).length > 1)
    const [hidden = '', own = ''] = (node?.projects as { id: string }[]).map(({ id }) => id)
    const caller: Caller = { name: 'user:c', role: 'viewer', projectIds: [own] }
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'narrow', projects: [NOBODY] })
    await connect(test.app, test.simulator, 'limited', { projects: [NOBODY] })
    const found = await answers(node?.id, caller)
    expect(found.map(({ code, by }) => ({ code, by }))).toEqual([
      { code: 'excluded', by: 'projects' },
      { code: 'excluded', by: 'projects' },
    ])
    for (const { sentence, change } of found) {
      expect(sentence + change).not.toContain(hidden)
      expect(sentence + change).not.toContain(NOBODY)
      expect(change).toContain('Ask an administrator')
    }
  })

  it('RUN-4 quotes no counts over all projects from the receipt of a run', async () => {
    await syncByHand(test.app, 'prod', ['issue'])
    const node = issues().find(({ projects }) => (projects as Node[]).length > 0)
    const projectIds = (node?.projects as { id: string }[]).map(({ id }) => id)
    const { pool } = test.app.store
    await pool.query('DELETE FROM issue WHERE id = $1', [node?.id])
    await pool.query(`UPDATE receipt SET state = 'partial', error = 'Wiz says there are 777 issues.'`)
    expect((await first(node?.id))?.sentence).toContain('777')
    const limited = await first(node?.id, { name: 'user:d', role: 'viewer', projectIds })
    expect(limited).toMatchObject({ code: 'run-incomplete' })
    expect(limited?.sentence).not.toContain('777')
  })

  it('ING-10 explains an id that is none in its own words', async () => {
    const found = await answers('nope')
    expect(found.map(({ sentence }) => sentence).join()).not.toMatch(/oops/i)
    expect(found[0]).toMatchObject({
      code: 'cannot-ask',
      sentence: expect.stringContaining('It does so for every control that it does not know.'),
    })
  })
})
