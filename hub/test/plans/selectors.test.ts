import { describe, expect, it } from 'vitest'
import { changeSelectors } from '../../src/ingest/plans/selectors.ts'
import { forecast } from '../../src/operations/plans/forecast.ts'
import { showPlan } from '../../src/operations/plans/show.ts'
import { updatePlan } from '../../src/operations/plans/update.ts'
import { why } from '../../src/operations/why.ts'
import { run } from '../cli/wizbridge.ts'
import { ask } from '../operations/ask.ts'
import { connectedApp } from '../tenant.ts'
import { idsOf, makePlan, runPlan, storedIds } from './fixture.ts'

const KINDS = ['issue', 'configuration-finding']

describe('ING-5 what a selector says', () => {
  const change = (changes: readonly string[], before = {}) => changeSelectors(before, changes, KINDS)

  it('is read from one word or from several, by every name of the kind', () => {
    expect(change(['issues.severities=CRITICAL,HIGH'])).toEqual({ issue: { severities: ['CRITICAL', 'HIGH'] } })
    const cut = ['issue.severities=CRITICAL', 'HIGH', 'configuration-findings.asset-types= BUCKET ', 'VIRTUAL_MACHINE']
    expect(change(cut)).toEqual({
      issue: { severities: ['CRITICAL', 'HIGH'] },
      'configuration-finding': { assetTypes: ['BUCKET', 'VIRTUAL_MACHINE'] },
    })
  })

  it('changes only what it names, lifts a limit, or leaves it to the plan', () => {
    const before = { issue: { severities: ['LOW'], statuses: ['OPEN'] }, project: { projects: ['p'] } }
    expect(change(['issue.severities=*'], before)).toEqual({ issue: { severities: [], statuses: ['OPEN'] } })
    expect(change(['issue.severities=', 'issue.statuses='], before)).toEqual({})
  })

  it('is refused with what there is instead', () => {
    expect(() => change(['CRITICAL'])).toThrow('Write a kind, a limit and its values')
    expect(() => change(['controls.severities=LOW'])).toThrow('The plan does not bring in controls')
    expect(() => change(['issue.colours=RED'])).toThrow('There are projects, severities, statuses, platforms')
    expect(() => change(['issue.severities=BAD'])).toThrow('"BAD" is none of the severities. There are INFORMATIONAL')
  })
})

describe('ING-5 a plan with selectors', () => {
  const test = connectedApp({ issues: 60 })

  it('brings in each kind by its own limits, and takes them back', async () => {
    const selectors = ['issue.severities=CRITICAL', 'configuration-finding.severities=*']
    const plan = { name: 'some', kinds: KINDS, severities: ['HIGH'], statuses: ['OPEN'] }
    const made = await makePlan(test.app, 'prod', 'wiz-cspm', { ...plan, selectors })
    const own = { issue: { severities: ['CRITICAL'] }, 'configuration-finding': { severities: [] } }
    expect(made).toMatchObject({ filters: { severities: ['HIGH'], statuses: ['OPEN'] }, selectors: own })
    expect(await runPlan(test.app, 'some')).toMatchObject({ status: 'complete' })
    const status = ['OPEN']
    expect(await storedIds(test.app, 'issue')).toEqual(
      idsOf(test.nodes('issuesV2', { severity: ['CRITICAL'], status })),
    )
    const findings = idsOf(test.nodes('configurationFindings', { status }))
    expect(await storedIds(test.app, 'configuration-finding')).toEqual(findings)

    const told = await ask(test.app, forecast, { plan: 'some', selectors: ['issue.severities=LOW'] })
    const low = test.nodes('issuesV2', { severity: ['LOW'], status })
    expect(told.items.find(({ kind }) => kind === 'issue')?.count).toBe(low.length)
    expect((await ask(test.app, showPlan, { plan: 'some' })).selectors).toEqual(own)

    await ask(test.app, updatePlan, { plan: 'some', selectors: ['issue.severities='] })
    await runPlan(test.app, 'some')
    expect(await storedIds(test.app, 'issue')).toEqual(idsOf(test.nodes('issuesV2', { severity: ['HIGH'], status })))
    const fewer = await ask(test.app, updatePlan, { plan: 'some', kinds: ['issue'] })
    expect(fewer.selectors).toEqual({})
  })

  it('ING-10 tells which selector keeps something out, and the command that lets it in', async () => {
    const selectors = ['issue.severities=CRITICAL']
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'some', kinds: ['issue'], selectors })
    await runPlan(test.app, 'some')
    const [low] = test.nodes('issuesV2', { severity: ['LOW'] })
    const { items } = await ask(test.app, why, { id: String(low?.id) })
    expect(items).toMatchObject([
      { code: 'excluded', change: 'wizbridge plans update some --selectors issue.severities=CRITICAL,LOW' },
    ])
  })

  it('RUN-2 can be made on the command line', async () => {
    const flags = ['--selectors', 'issue.severities=CRITICAL,HIGH', '--selectors', 'issue.statuses=OPEN', '--no-start']
    const args = ['plans', 'create', '--connection', 'prod', '--template', 'wiz-cspm', '--kinds', 'issue', ...flags]
    const { stdout } = await run([...args, '--json'], { DATABASE_URL: test.databaseUrl })
    expect(JSON.parse(stdout).selectors).toEqual({ issue: { severities: ['CRITICAL', 'HIGH'], statuses: ['OPEN'] } })
  })
})
