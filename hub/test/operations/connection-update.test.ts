import { expect, it } from 'vitest'
import { showConnection } from '../../src/operations/connections/show.ts'
import { updateConnection } from '../../src/operations/connections/update.ts'
import { createPlan } from '../../src/operations/plans/create.ts'
import { runPlan } from '../../src/operations/plans/run.ts'
import { showRun } from '../../src/operations/runs/show.ts'
import { workOn } from '../../src/operations/runs/work-on.ts'
import { connectedApp, startTenant } from '../tenant.ts'
import { ask, sync } from './ask.ts'

const test = connectedApp({ issues: 60 })

const update = (input: Record<string, unknown>) => ask(test.app, updateConnection, { connection: 'prod', ...input })

async function stored(): Promise<Record<string, number>> {
  const { kinds } = await ask(test.app, showConnection, { connection: 'prod' })
  return Object.fromEntries(kinds.map(({ kind, stored: count }) => [kind, count]))
}

/** The project most issues lie in, and how many those are. */
async function biggestProject(): Promise<{ id: string; issues: number }> {
  const { rows } = await test.app.store.pool.query<{ id: string; issues: number }>(
    'SELECT p AS id, count(*)::int AS issues FROM issue, unnest(project_ids) AS p GROUP BY p ORDER BY 2 DESC, 1 LIMIT 1',
  )
  if (!rows[0]) throw new Error('no issue lies in a project')
  return rows[0]
}

it('CON-1 CON-5 stays within other projects from the next sync on, and brings everything back when they are lifted', async () => {
  await sync(test.app, 'prod', { kinds: ['issue'] })
  const all = await stored()
  const project = await biggestProject()
  expect(project.issues).toBeLessThan(all.issue ?? 0)

  expect(await update({ projects: [project.id, project.id] })).toMatchObject({ projectIds: [project.id] })
  expect(await stored()).toEqual(all)
  await sync(test.app, 'prod', { kinds: ['issue'] })
  expect((await stored()).issue).toBe(project.issues)

  expect(await update({ projects: [] })).toMatchObject({ projectIds: [] })
  await sync(test.app, 'prod', { kinds: ['issue'] })
  expect((await stored()).issue).toBe(all.issue)
})

it('CON-5 keeps the kinds that only a sync by hand brought in, whatever plan runs first', async () => {
  await sync(test.app, 'prod')
  const all = await stored()
  const project = await biggestProject()
  await update({ projects: [project.id] })
  await ask(test.app, createPlan, { connection: 'prod', template: 'runtime-detections', name: 'assets', start: false })
  const { run, connection } = await ask(test.app, runPlan, { plan: 'assets' })
  if (run === null) throw new Error('another run is under way')
  await workOn(test.app, { run, connection }, { signal: new AbortController().signal })
  expect((await ask(test.app, showRun, { run })).status).toBe('complete')
  const now = await stored()
  expect(now['cloud-resource']).toBeLessThan(all['cloud-resource'] ?? 0)
  expect({ ...now, 'cloud-resource': 0 }).toEqual({ ...all, 'cloud-resource': 0 })
})

it('CON-1 refuses projects that would leave a plan nothing, and names the plan', async () => {
  await ask(test.app, createPlan, {
    connection: 'prod',
    template: 'wiz-cspm',
    name: 'nightly',
    projects: ['one'],
    start: false,
  })
  await expect(update({ projects: ['two'] })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('"nightly"'),
  })
  expect(await update({ projects: ['one', 'two'] })).toMatchObject({ projectIds: ['one', 'two'] })
})

it('CON-2 CON-4 stores another address only after the credentials were taken there', async () => {
  const other = await startTenant({ issues: 5 })
  try {
    const { apiUrl, tokenUrl } = other
    other.accounts.remove(other.clientId)
    await expect(update({ apiUrl, tokenUrl })).rejects.toMatchObject({ code: 'wrong-credentials' })
    await expect(update({ apiUrl: 'https://evil.example' })).rejects.toThrow(/not a host of Wiz/)
    expect(await ask(test.app, showConnection, { connection: 'prod' })).toMatchObject({ apiUrl: test.simulator.apiUrl })
    other.accounts.add({ clientId: test.simulator.clientId, clientSecret: test.simulator.clientSecret })
    const pasted = ` ${apiUrl.replace('/graphql', '/')} `
    expect(await update({ apiUrl: pasted, tokenUrl })).toMatchObject({ apiUrl, tokenUrl, status: 'active' })
  } finally {
    await other.close()
  }
})
