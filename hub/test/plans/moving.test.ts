import { describe, expect, it } from 'vitest'
import { cloudResource } from '../../src/kinds/cloud-resource.ts'
import { updatePlan } from '../../src/operations/plans/update.ts'
import { ask } from '../operations/ask.ts'
import { connectedApp } from '../tenant.ts'
import { makePlan, receiptOf, runPlan, storedIds } from './fixture.ts'

const test = connectedApp({ issues: 20 })
const KIND = cloudResource.name
const plan = (name: string, platform: string) =>
  makePlan(test.app, 'prod', 'wiz-cspm', { name, kinds: [KIND], platforms: [platform] })
const graves = () => test.app.store.db.selectFrom('tombstone').select(['id', 'reason']).orderBy('id').execute()
const aws = () =>
  test.nodes('cloudResourcesV2', { cloudPlatform: { equals: ['AWS'] } }).filter(({ deletedAt }) => deletedAt === null)

describe('a resource that moves from what one plan brings in', () => {
  it('ING-9 to what another one does stays, however often the first one misses it', async () => {
    await plan('aws', 'AWS')
    await plan('gcp', 'GCP')
    await runPlan(test.app, 'aws')
    await runPlan(test.app, 'gcp')
    const moved = String(aws()[0]?.id)
    test.simulator.world.cloudResources.update(moved, { cloudPlatform: 'GCP' })
    for (let times = 0; times < 3; times++) {
      const run = await runPlan(test.app, 'aws')
      expect(receiptOf(run, KIND)).toMatchObject({ state: 'complete', removed: 0, marked: 1 })
    }
    await runPlan(test.app, 'gcp')
    expect(receiptOf(await runPlan(test.app, 'aws'), KIND)).toMatchObject({ state: 'complete', marked: 0 })
    expect(await storedIds(test.app, KIND)).toContain(moved)
    expect(await graves()).toEqual([])
  })

  it('ING-9 to where nobody wants it leaves as left-scope, and what is gone as gone', async () => {
    await plan('aws', 'AWS')
    await plan('gcp', 'GCP')
    await runPlan(test.app, 'aws')
    await runPlan(test.app, 'gcp')
    const [moved = '', gone = ''] = aws().map(({ id }) => String(id))
    test.simulator.world.cloudResources.update(moved, { cloudPlatform: 'OCI' })
    test.simulator.world.cloudResources.remove(gone)
    await runPlan(test.app, 'aws')
    await runPlan(test.app, 'aws')
    expect(await graves()).toEqual([{ id: gone, reason: 'gone-from-wiz' }])
    await runPlan(test.app, 'gcp')
    await runPlan(test.app, 'aws')
    expect(new Map((await graves()).map(({ id, reason }) => [id, reason]))).toEqual(
      new Map([
        [gone, 'gone-from-wiz'],
        [moved, 'left-scope'],
      ]),
    )
    await ask(test.app, updatePlan, { plan: 'aws', any: ['platforms'] })
    await runPlan(test.app, 'aws')
    expect(await storedIds(test.app, KIND)).toContain(moved)
  })
})
