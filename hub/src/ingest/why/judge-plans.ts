import { deletedTest } from '../../kinds/deleted-test.ts'
import type { Kind, PlanFilterName } from '../../kinds/kind.ts'
import type { ReadNode } from '../../kinds/read-node.ts'
import type { Store } from '../../store/open-store.ts'
import type { Scope } from '../../store/scope.ts'
import { lookUpKnown } from '../plans/known.ts'
import { scopeOf } from '../plans/plan-scope.ts'
import { listPlans, type Plan } from '../plans/plans.ts'
import { RULES } from '../plans/rules.ts'
import { scopeTest } from '../scope.ts'
import { answer, type WhyAnswer } from './answer.ts'
import type { Place } from './look-in-store.ts'

/** Who asks; whoever is limited to projects hears neither of other projects nor of counts over all of them. */
interface Asking {
  readonly store: Store
  readonly projectIds?: readonly string[] | undefined
}

/** Why something that Wiz has does not come in: what each plan says of it. */
export async function judgePlans(asking: Asking, place: Place, kind: Kind, node: ReadNode): Promise<WhyAnswer[]> {
  const { store } = asking
  const facts = { connection: place.name, kind: kind.name }
  if (deletedTest(kind)(node)) {
    return [answer('deleted-in-wiz', 'Wiz has it, and says of it that it is deleted.', null, facts)]
  }
  // No plan reaches beyond its connection.
  const outside = outsideConnection(asking, place, kind, node)
  if (outside) return [outside]
  const plans = await listPlans(store, [place.id])
  const wanting = plans.filter((plan) => plan.kinds.includes(kind.name))
  if (wanting.length === 0) return [await byHand(asking, place, kind, plans)]
  return Promise.all(wanting.map((plan) => judgePlan(asking, place, kind, node, plan)))
}

function outsideConnection({ projectIds }: Asking, place: Place, kind: Kind, node: ReadNode): WhyAnswer | undefined {
  const scope: Scope = place.projects.length > 0 ? { projects: place.projects } : {}
  if (scopeTest(kind, scope)(node) === undefined) return undefined
  const facts = { connection: place.name, kind: kind.name, by: 'projects' }
  if (projectIds) {
    const change = `Ask an administrator to add its project to the connection ${place.name}.`
    return answer('excluded', 'It lies in no project that the connection is limited to.', change, facts)
  }
  const sentence = `It lies in no project that the connection is limited to (${place.projects.join(', ')}).`
  return answer('excluded', sentence, widened(place, kind, node), facts)
}

/** Without a plan for the kind there is the sync by hand, which brings in whatever its connection may. */
async function byHand(asking: Asking, place: Place, kind: Kind, plans: readonly Plan[]): Promise<WhyAnswer> {
  const facts = { connection: place.name, kind: kind.name }
  const last = await lastReceipt(asking, place, kind)
  const [plan] = plans
  if (plan && !last) {
    const kinds = [...plan.kinds, kind.name].join(',')
    const change = `wizbridge plans update ${plan.name} --kinds ${kinds}`
    return answer('not-wanted', `No plan of ${place.name} brings in ${kind.plural}.`, change, facts)
  }
  return ofReceipt(place, kind, last, `wizbridge sync ${place.name} --kinds ${kind.plural}`, facts)
}

/** The command that lets an object through; what lies in no project comes in only where nothing is limited. */
function widened(place: Place, kind: Kind, node: ReadNode): string {
  const at = Object.keys(kind.columns).indexOf(kind.planFilters?.projects?.column ?? '')
  const own = [node.values[at] ?? []].flat().map(String)
  const projects = own.length > 0 ? [...place.projects, ...own.slice(0, 1)] : []
  // It is to be pasted into a shell.
  const isPlain = projects.every((id) => /^[\w.-]+$/.test(id))
  if (!isPlain) return 'Add its project to the connection.'
  return `wizbridge connections update ${place.name} --projects ${projects.join(',') || "''"}`
}

async function judgePlan(asking: Asking, place: Place, kind: Kind, node: ReadNode, plan: Plan): Promise<WhyAnswer> {
  const { store, projectIds } = asking
  const facts = { connection: place.name, kind: kind.name, plan: plan.name }
  const scope = scopeOf(kind, plan, place.projects)
  const reason = scopeTest(kind, scope)(node, await lookUpKnown(store, place.id, kind, scope, [node]))
  if (reason === 'projects' && projectIds) {
    const change = `Ask an administrator to add its project to the plan ${plan.name}.`
    const sentence = `The plan ${plan.name} brings in only certain projects; it lies in none of them.`
    return answer('excluded', sentence, change, { ...facts, by: reason })
  }
  if (reason !== undefined) return excluded(kind, node, plan, scope, reason, facts)
  const start = `wizbridge plans run ${plan.name}`
  if (!plan.enabled) {
    const change = `wizbridge plans update ${plan.name} --enabled true`
    return answer('plan-off', `The plan ${plan.name} would bring it in, but is turned off.`, change, facts)
  }
  return ofReceipt(place, kind, await lastReceipt(asking, place, kind), start, facts)
}

const FLAGS: Readonly<Record<PlanFilterName, string>> = {
  projects: 'projects',
  severities: 'severities',
  statuses: 'statuses',
  platforms: 'platforms',
  assetTypes: 'asset-types',
}

function excluded(
  kind: Kind,
  node: ReadNode,
  plan: Plan,
  scope: Scope,
  reason: string,
  facts: Partial<WhyAnswer>,
): WhyAnswer {
  const rule = RULES.find(({ name }) => name === reason)
  if (rule) return answer('excluded', rule.sentence, rule.change, { ...facts, by: reason })
  const name = reason as PlanFilterName
  const column = kind.planFilters?.[name]?.column ?? ''
  const value = [node.values[Object.keys(kind.columns).indexOf(column)] ?? []].flat().map(String)
  const wanted = scope[name] ?? []
  const has = value.length > 0 ? `it has ${value.join(', ')}` : 'it has none'
  const sentence = `The plan ${plan.name} brings in only the ${name} ${wanted.join(', ')}; ${has}.`
  // Plans say INFORMATIONAL where some findings say NONE.
  const missing = value.slice(0, 1).map((word) => (name === 'severities' && word === 'NONE' ? 'INFORMATIONAL' : word))
  const own = plan.selectors[kind.name]?.[name]
  const more = [...(own ?? plan.filters[name] ?? wanted), ...missing].join(',')
  const flag = own ? `selectors ${kind.name}.${name}=` : `${FLAGS[name]} `
  return answer('excluded', sentence, `wizbridge plans update ${plan.name} --${flag}${more}`, { ...facts, by: reason })
}

interface LastReceipt {
  readonly runId: number
  readonly state: string
  readonly error: string | null
  readonly startedAt: string
}

async function lastReceipt({ store, projectIds }: Asking, place: Place, kind: Kind): Promise<LastReceipt | undefined> {
  const { rows } = await store.pool.query<LastReceipt>(
    `SELECT r.run_id AS "runId", r.state, r.error, run.started_at AS "startedAt" FROM receipt r
     JOIN run ON run.id = r.run_id WHERE r.connection_id = $1 AND r.kind = $2 ORDER BY r.run_id DESC LIMIT 1`,
    [place.id, kind.name],
  )
  return rows[0] && { ...rows[0], error: projectIds ? null : rows[0].error }
}

function ofReceipt(
  place: Place,
  kind: Kind,
  last: LastReceipt | undefined,
  start: string,
  facts: Partial<WhyAnswer>,
): WhyAnswer {
  if (!last) return answer('never-synced', `No ${kind.plural} of ${place.name} were ever synced.`, start, facts)
  const withRun = { ...facts, run: last.runId }
  if (['partial', 'failed', 'cancelled'].includes(last.state)) {
    const why = last.error ? ` ${last.error}` : ''
    const sentence = `The last run that read ${kind.plural} (${last.runId}) is ${last.state}.${why}`
    return answer('run-incomplete', sentence, `wizbridge runs resume ${last.runId}`, withRun)
  }
  const isOpen = last.state !== 'complete'
  const sentence = isOpen
    ? `Nothing keeps it out; run ${last.runId} is reading ${kind.plural} right now.`
    : `Nothing keeps it out; it appeared, or became fit, after run ${last.runId} began at ${last.startedAt}.`
  return answer('not-yet', sentence, isOpen ? null : start, withRun)
}
