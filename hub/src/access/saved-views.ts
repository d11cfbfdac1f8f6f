import { type Kysely, type Selectable, sql } from 'kysely'
import { databaseFailure } from '../database-failure.ts'
import { Refused } from '../errors.ts'
import type { Store } from '../store/open-store.ts'
import { type Caller, isLimited, mayDo } from './caller.ts'
import { type AccessTables, accessTables } from './tables.ts'

// Of both, more than people find their way in.
const MOST_OWN = 100
const MOST_SHARED = 200

/** A view of a list under a name. */
export interface SavedView {
  id: number
  name: string
  list: string
  search: string
  isShared: boolean
  isDefault: boolean
  isMine: boolean
  owner: string
  updatedAt: string
}

/** What is said of a new view. */
interface NewView {
  name: string
  list: string
  search: string
  isShared: boolean
  isDefault: boolean
}

/** What can be changed of a view. */
type ViewChanges = { [name in Exclude<keyof NewView, 'list'>]?: NewView[name] | undefined }

/** The caller's own views, then those that others share, of one list or of all. */
export async function listViews(store: Store, caller: Caller, list?: string): Promise<SavedView[]> {
  const rows = await accessTables(store)
    .selectFrom('saved_view')
    .selectAll()
    .where((is) => is.or([is('owner', '=', caller.name), ...(seesShared(caller) ? [is('is_shared', '=', true)] : [])]))
    .$if(list !== undefined, (query) => query.where('list', '=', list ?? ''))
    .orderBy((order) => order('owner', '=', caller.name), 'desc')
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .execute()
  return rows.map((row) => asView(row, caller))
}

/** Keeps a view under a name. */
export async function createView(store: Store, caller: Caller, wanted: NewView): Promise<SavedView> {
  if (wanted.isShared) refuseSharing(caller)
  return change(store, async (trx) => {
    if (wanted.isDefault) await dropDefault(trx, caller, wanted.list)
    const { list, name, search } = wanted
    const row = await trx
      .insertInto('saved_view')
      .values({ owner: caller.name, list, name, search, is_shared: wanted.isShared, is_default: wanted.isDefault })
      .onConflict((conflict) => conflict.columns(['owner', 'list', 'name']).doNothing())
      .returningAll()
      .executeTakeFirst()
    if (!row) throw taken(name)
    await refuseTooMany(trx, caller)
    return asView(row, caller)
  })
}

/** Changes a view of the caller's own. */
export async function updateView(store: Store, caller: Caller, id: number, changes: ViewChanges): Promise<SavedView> {
  if (changes.isShared) refuseSharing(caller)
  return change(store, async (trx) => {
    const before = await findView(trx, caller, id)
    if (before.owner !== caller.name) {
      throw new Refused('not-allowed', `The view belongs to ${before.owner}. Save one of your own.`)
    }
    const { name = before.name, search, isShared, isDefault } = changes
    const namesake = await trx
      .selectFrom('saved_view')
      .select('id')
      .where('owner', '=', caller.name)
      .where('list', '=', before.list)
      .where('name', '=', name)
      .where('id', '!=', id)
      .executeTakeFirst()
    if (namesake) throw taken(name)
    if (isDefault) await dropDefault(trx, caller, before.list)
    const row = await trx
      .updateTable('saved_view')
      .set({ name, search, is_shared: isShared, is_default: isDefault, updated_at: new Date() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await refuseTooMany(trx, caller)
    return asView(row, caller)
  })
}

/** Removes a view: one's own, or as an administrator one that somebody shares. */
export async function deleteView(store: Store, caller: Caller, id: number): Promise<void> {
  await change(store, async (trx) => {
    const { owner } = await findView(trx, caller, id)
    if (owner !== caller.name && !mayDo(caller.role, 'admin')) {
      throw new Refused('not-allowed', `The view belongs to ${owner}. Ask them, or an administrator, to delete it.`)
    }
    await trx.deleteFrom('saved_view').where('id', '=', id).execute()
  })
}

// What others filter by may name what somebody with limits may not know of.
const seesShared = (caller: Caller) => !isLimited(caller)

function refuseSharing(caller: Caller): void {
  if (mayDo(caller.role, 'operator') && seesShared(caller)) return
  throw new Refused('not-allowed', 'Only operators without limits may share a view. Keep it for yourself, or ask one.')
}

/** One change after the other: there are few of them, and each counts what is there. */
async function change<T>(store: Store, work: (trx: Kysely<AccessTables>) => Promise<T>): Promise<T> {
  try {
    return await accessTables(store)
      .transaction()
      .execute(async (trx) => {
        await sql`LOCK TABLE saved_view IN SHARE ROW EXCLUSIVE MODE`.execute(trx)
        return work(trx)
      })
  } catch (error) {
    throw databaseFailure(error)
  }
}

async function findView(trx: Kysely<AccessTables>, caller: Caller, id: number) {
  const row = await trx.selectFrom('saved_view').selectAll().where('id', '=', id).executeTakeFirst()
  const isSeen = row && (row.owner === caller.name || (row.is_shared && seesShared(caller)))
  if (!isSeen) throw new Refused('not-found', `There is no view ${id}. List the views to see which exist.`)
  return row
}

async function dropDefault(trx: Kysely<AccessTables>, { name }: Caller, list: string): Promise<void> {
  await trx
    .updateTable('saved_view')
    .set({ is_default: false })
    .where('owner', '=', name)
    .where('list', '=', list)
    .where('is_default', '=', true)
    .execute()
}

async function refuseTooMany(trx: Kysely<AccessTables>, { name }: Caller): Promise<void> {
  const { own, shared } = await trx
    .selectFrom('saved_view')
    .select((count) => [
      count.fn.countAll<number>().filterWhere('owner', '=', name).as('own'),
      count.fn.countAll<number>().filterWhere('is_shared', '=', true).as('shared'),
    ])
    .executeTakeFirstOrThrow()
  if (own > MOST_OWN) throw new Refused('conflict', `You have ${MOST_OWN} views already. Delete one first.`)
  if (shared > MOST_SHARED) throw new Refused('conflict', `${MOST_SHARED} views are shared already. Delete one first.`)
}

function taken(name: string): Refused {
  return new Refused('conflict', `You have a view "${name}" of this list already. Choose another name.`)
}

function asView(row: Selectable<AccessTables['saved_view']>, caller: Caller): SavedView {
  const isMine = row.owner === caller.name
  return {
    id: row.id,
    name: row.name,
    list: row.list,
    search: row.search,
    isShared: row.is_shared,
    isDefault: isMine && row.is_default,
    isMine,
    owner: row.owner,
    updatedAt: row.updated_at,
  }
}
