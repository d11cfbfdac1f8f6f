import { expect, it } from 'vitest'
import { showConnection } from '../../src/operations/connections/show.ts'
import { approve, refuse } from '../../src/operations/runs/decide.ts'
import { showRun } from '../../src/operations/runs/show.ts'
import { connectedApp } from '../tenant.ts'
import { ask, sync } from './ask.ts'

const test = connectedApp({ issues: 60 })

it('RUN-1 ING-9 ended when it ended, however late somebody decides over its removals', async () => {
  await sync(test.app, 'prod', { kinds: ['issue'] })
  test.simulator.world.issues.shrink(0.5)
  const held = await sync(test.app, 'prod', { kinds: ['issue'], full: true })
  expect(held).toMatchObject({ status: 'partial', errorCode: 'needs-approval' })
  await test.app.store.pool.query(
    `UPDATE run SET started_at = started_at - interval '3 days', finished_at = finished_at - interval '3 days'`,
  )
  await test.app.store.pool.query('UPDATE connection SET last_success_at = NULL')
  const { finishedAt } = await ask(test.app, showRun, { run: held.id })
  await ask(test.app, approve, { run: held.id })
  expect(await ask(test.app, showRun, { run: held.id })).toMatchObject({ status: 'complete', finishedAt })
  expect(await ask(test.app, showConnection, { connection: 'prod' })).toMatchObject({ lastSuccessAt: finishedAt })
})

it('ING-9 RUN-1 says that a removal was refused, by whom and when, and waits for nobody any more', async () => {
  await sync(test.app, 'prod', { kinds: ['issue'] })
  test.simulator.world.issues.shrink(0.5)
  const held = await sync(test.app, 'prod', { kinds: ['issue'], full: true })
  await ask(test.app, refuse, { run: held.id })
  const sentence = /^cli:test refused the removal of \d+ issues on 20\d\d-\d\d-\d\d at \d\d:\d\d UTC; they stay\.$/
  const told = { errorCode: 'removal-refused', error: expect.stringMatching(sentence) }
  expect(await ask(test.app, showRun, { run: held.id })).toMatchObject({
    status: 'partial',
    finishedAt: held.finishedAt,
    ...told,
    receipts: [{ kind: 'issue', state: 'partial', heldState: 'refused', ...told }],
  })
})

it('CON-4 RUN-1 names the scope that a kind is read with', async () => {
  const scopes = [...(test.simulator.accounts.get(test.simulator.clientId)?.scopes ?? [])]
  test.simulator.accounts.update(test.simulator.clientId, { scopes: scopes.filter((each) => each !== 'read:controls') })
  const run = await sync(test.app, 'prod', { kinds: ['control'] })
  const told = { errorCode: 'missing-scope', error: expect.stringContaining('For controls it is read:controls.') }
  expect(run).toMatchObject({ ...told, receipts: [told] })
})
