import { Refused } from '../../errors.ts'
import { findKind } from '../../kinds/kinds.ts'
import type { Store } from '../../store/open-store.ts'
import { checkContent, type PlanContent, type PlanFilters } from './plan-scope.ts'
import { checkTimeZone, parseSchedule } from './schedule.ts'
import { changeSelectors } from './selectors.ts'
import { templateNamed } from './templates.ts'

/** What to bring in over a connection, how filtered, and how often. */
export interface Plan extends PlanContent {
  readonly id: number
  readonly name: string
  readonly connectionId: number
  readonly connection: string
  readonly schedule: string
  readonly timeZone: string
  readonly enabled: boolean
  readonly lastRunId: number | null
  readonly lastRunStatus: string | null
  readonly lastRunAt: string | null
  readonly nextRunAt: string | null
  readonly createdBy: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** What of a plan people choose; the rest comes from its template. */
export interface PlanWishes {
  readonly kinds?: readonly string[] | undefined
  readonly filters?: PlanFilters | undefined
  /** Changes of what single kinds are limited to, as `changeSelectors` reads them. */
  readonly selectors?: readonly string[] | undefined
  readonly options?: Readonly<Record<string, boolean>> | undefined
  readonly schedule?: string | undefined
  readonly timeZone?: string | undefined
}

/** What a plan is to do, whole and checked. */
interface PlanDraft extends PlanContent {
  readonly schedule: string
  readonly timeZone: string
}

/** A plan as wished for, on top of what it was or else of what its template says. */
export function draftPlan(template: string, wishes: PlanWishes, before?: PlanDraft): PlanDraft {
  const { name, kinds, filters, options, schedule } = templateNamed(template)
  const defaults = Object.fromEntries(Object.entries(options).map(([key, option]) => [key, option.default]))
  const unknown = Object.keys(wishes.options ?? {}).find((key) => !(key in options))
  if (unknown !== undefined) {
    const names = Object.keys(options).join(', ')
    const there = names ? `It has ${names}.` : 'It has none.'
    throw new Refused('bad-input', `The template ${name} has no option "${unknown.slice(0, 60)}". ${there}`)
  }
  const wanted = (wishes.kinds ?? before?.kinds ?? kinds).map((kind) => findKind(kind)?.name ?? kind)
  const draft: PlanDraft = {
    template: name,
    kinds: wanted,
    filters: filled({ ...(before?.filters ?? filters), ...wishes.filters }),
    selectors: changeSelectors(before?.selectors ?? {}, wishes.selectors ?? [], wanted),
    options: { ...defaults, ...before?.options, ...wishes.options },
    schedule: (wishes.schedule ?? before?.schedule ?? schedule).trim(),
    timeZone: checkTimeZone(wishes.timeZone ?? before?.timeZone ?? 'UTC'),
  }
  parseSchedule(draft.schedule)
  checkContent(draft)
  return draft
}

function filled(filters: PlanFilters): PlanFilters {
  return Object.fromEntries(Object.entries(filters).filter(([, words]) => words && words.length > 0))
}

const SELECT = `SELECT p.id, p.name, p.connection_id AS "connectionId", c.name AS connection, p.template, p.kinds, p.filters,
    p.selectors, p.options, p.schedule, p.time_zone AS "timeZone", p.enabled, p.last_run_id AS "lastRunId", r.status AS "lastRunStatus",
    p.last_run_at AS "lastRunAt", p.next_run_at AS "nextRunAt", p.created_by AS "createdBy", p.created_at AS "createdAt",
    p.updated_at AS "updatedAt"
  FROM plan p JOIN connection c ON c.id = p.connection_id LEFT JOIN run r ON r.id = p.last_run_id`

/** The plans of some connections, or of all. */
export async function listPlans(store: Store, connectionIds?: readonly number[]): Promise<Plan[]> {
  const { rows } = await store.pool.query<Plan>(
    `${SELECT} WHERE $1::bigint[] IS NULL OR p.connection_id = ANY ($1) ORDER BY c.name, p.name`,
    [connectionIds ?? null],
  )
  return rows
}

/** The plan of a name or a number on some connections, or on any. */
export async function readPlan(
  store: Store,
  wanted: string | number,
  connectionIds?: readonly number[],
): Promise<Plan> {
  const { rows } = await store.pool.query<Plan>(
    `${SELECT} WHERE (p.name = $1 OR p.id::text = $1) AND ($2::bigint[] IS NULL OR p.connection_id = ANY ($2))
     ORDER BY p.name <> $1 LIMIT 1`,
    [String(wanted), connectionIds ?? null],
  )
  if (rows[0]) return rows[0]
  throw new Refused('not-found', `There is no plan "${String(wanted).slice(0, 100)}". See "wizbridge plans list".`)
}

/** A plan that a scheduler has to start. */
interface DuePlan {
  readonly id: number
  readonly name: string
  readonly connectionId: number
}

/** The plans whose time has come, the longest overdue first; those of disconnected tenants wait. */
export async function duePlans(store: Store, now: Date): Promise<DuePlan[]> {
  const { rows } = await store.pool.query<DuePlan>(
    `SELECT p.id, p.name, p.connection_id AS "connectionId" FROM plan p JOIN connection c ON c.id = p.connection_id
     WHERE p.enabled AND p.next_run_at <= $1 AND c.status <> 'not-connected' ORDER BY p.next_run_at, p.id`,
    [now],
  )
  return rows
}
