import { describe, expect, it } from 'vitest'
import { updatePlan } from '../../src/operations/plans/update.ts'
import { ask } from '../operations/ask.ts'
import { connectedApp, type Node } from '../tenant.ts'
import { at, idsOf, makePlan, receiptOf, runPlan, storedIds } from './fixture.ts'

const test = connectedApp()

const resources = () => test.nodes('cloudResourcesV2').filter((node) => node.deletedAt === null)
const clouds = ['AWS', 'Azure', 'GCP']

describe('Assets and findings', () => {
  const wantedIssues = (severities: string[]) =>
    test
      .nodes('issuesV2')
      .filter(
        (node) =>
          clouds.includes(String(at(node, 'entitySnapshot.cloudPlatform'))) &&
          severities.includes(String(node.severity)) &&
          node.resolutionReason !== 'OBJECT_DELETED' &&
          (typeof node.entity === 'function' ? node.entity() : node.entity) !== null,
      )
  const four = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']

  it('ING-3 brings in assets of three clouds and their issues, without Informational ones', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe' })
    const run = await runPlan(test.app, 'safe')
    expect(run.status).toBe('complete')
    expect(await storedIds(test.app, 'cloud-resource')).toEqual(
      idsOf(resources().filter((node) => clouds.includes(String(node.cloudPlatform)))),
    )
    expect(await storedIds(test.app, 'issue')).toEqual(idsOf(wantedIssues(four)))
    const deleted = test
      .nodes('issuesV2')
      .filter(
        (node) =>
          node.resolutionReason === 'OBJECT_DELETED' &&
          clouds.includes(String(at(node, 'entitySnapshot.cloudPlatform'))) &&
          four.includes(String(node.severity)),
      )
    expect(deleted.length).toBeGreaterThan(0)
    expect(receiptOf(run, 'issue')?.leftOut).toEqual({ skipDeletedResources: deleted.length })
  })

  it('ING-3 skips an issue once its resource is gone, and removes it with the reason', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe' })
    await runPlan(test.app, 'safe')
    const [victim] = wantedIssues(four).filter((node) => node.status === 'OPEN')
    test.simulator.world.cloudResources.remove(String(at(victim, 'entitySnapshot.id')))
    await runPlan(test.app, 'safe')
    expect(await storedIds(test.app, 'issue')).not.toContain(victim?.id)
    const grave = await test.app.store.db
      .selectFrom('tombstone')
      .selectAll()
      .where('id', '=', String(victim?.id))
      .execute()
    expect(grave).toMatchObject([{ kind: 'issue', reason: 'left-scope' }])
  })

  it('ING-9 does not call gone from Wiz what only fits a plan no more, where so much of it waits for a person', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe', kinds: ['issue'] })
    await runPlan(test.app, 'safe')
    const before = await storedIds(test.app, 'issue')
    const resources = new Set(wantedIssues(four).map((node) => String(at(node, 'entitySnapshot.id'))))
    for (const id of [...resources].slice(0, resources.size / 2)) test.simulator.world.cloudResources.remove(id)
    const issues = receiptOf(await runPlan(test.app, 'safe'), 'issue')
    expect(issues).toMatchObject({ state: 'partial', removed: 0, errorCode: 'needs-approval' })
    expect(issues?.error).toMatch(/^\d+ records are still in Wiz, but fit no plan any more: .*runs approve"\.$/)
    expect(await storedIds(test.app, 'issue')).toEqual(before)
  })

  it('ING-3 takes Informational issues, other clouds and issues of deleted resources when they are turned on', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', {
      name: 'safe',
      severities: [...four, 'INFORMATIONAL'],
      platforms: [...clouds, 'EKS'],
      off: ['skipDeletedResources'],
    })
    await runPlan(test.app, 'safe')
    const platforms = [...clouds, 'EKS']
    expect(await storedIds(test.app, 'issue')).toEqual(
      idsOf(
        test.nodes('issuesV2').filter((node) => platforms.includes(String(at(node, 'entitySnapshot.cloudPlatform')))),
      ),
    )
  })

  it('ING-3 onboards no new assets when that is off, and assesses only those present', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe' })
    await runPlan(test.app, 'safe')
    const known = await storedIds(test.app, 'cloud-resource')
    const added = test.simulator.world.cloudResources.add({ type: 'BUCKET', cloudPlatform: 'AWS', name: 'newcomer' })
    const [issue] = wantedIssues(four).filter((node) => node.status === 'OPEN')
    await ask(test.app, updatePlan, { plan: 'safe', off: ['autoOnboardNewAssets'] })
    const run = await runPlan(test.app, 'safe')
    expect(await storedIds(test.app, 'cloud-resource')).toEqual(known)
    expect(await storedIds(test.app, 'cloud-resource')).not.toContain(added.id)
    expect(await storedIds(test.app, 'issue')).toContain(issue?.id)
    await ask(test.app, updatePlan, { plan: 'safe', on: ['autoOnboardNewAssets'] })
    await runPlan(test.app, 'safe')
    expect(await storedIds(test.app, 'cloud-resource')).toContain(added.id)
    expect(receiptOf(run, 'cloud-resource')?.leftOut).toEqual({ onlyKnownAssets: 1 })
  })

  it('ING-3 brings in nothing on assets that were never here when onboarding is off', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe', off: ['autoOnboardNewAssets'] })
    const run = await runPlan(test.app, 'safe')
    expect(run.status).toBe('complete')
    expect(await storedIds(test.app, 'cloud-resource')).toEqual([])
    expect(await storedIds(test.app, 'issue')).toEqual([])
    expect(receiptOf(run, 'cloud-resource')?.leftOut.onlyKnownAssets).toBe(receiptOf(run, 'cloud-resource')?.fetched)
  })

  it('ING-3 leaves existing metadata alone when updating it is off, and updates it when it is on', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe' })
    await runPlan(test.app, 'safe')
    const [first = ''] = await storedIds(test.app, 'cloud-resource')
    const nameOf = async () =>
      (await test.app.store.pool.query('SELECT name FROM cloud_resource WHERE id = $1', [first])).rows[0]?.name
    const before = await nameOf()
    test.simulator.world.cloudResources.update(first, { name: 'renamed' })
    await ask(test.app, updatePlan, { plan: 'safe', off: ['updateExistingAssetMetadata'] })
    const kept = await runPlan(test.app, 'safe')
    expect(await nameOf()).toBe(before)
    expect(receiptOf(kept, 'cloud-resource')).toMatchObject({ state: 'complete', removed: 0, marked: 0 })
    await ask(test.app, updatePlan, { plan: 'safe', on: ['updateExistingAssetMetadata'] })
    await runPlan(test.app, 'safe')
    expect(await nameOf()).toBe('renamed')
  })

  it('ING-7 shows technologies as asset types', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe' })
    await runPlan(test.app, 'safe')
    const { rows } = await test.app.store.pool.query<{ asset_types: string[] | null; raw: Node }>(
      'SELECT asset_types, raw FROM cloud_resource WHERE cardinality(asset_types) > 0',
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const { asset_types, raw } of rows) {
      const technologies = at(raw, 'graphEntity.technologies') as { name: string }[]
      expect(asset_types).toEqual(technologies.map(({ name }) => name))
    }
  })
})
