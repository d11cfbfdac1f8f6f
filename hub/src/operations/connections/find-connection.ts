import { Refused } from '../../errors.ts'
import { listRows } from '../../store/query/list-rows.ts'
import { type ConnectionRow, connectionRelation } from '../../store/query/own-relations.ts'
import { restrictionOf } from '../listing.ts'
import type { OperationContext } from '../operation.ts'

/** The connection of a name or, where none is called that, of a number; one that the caller may not see is not found. */
export async function findConnection(
  { app, caller }: Pick<OperationContext, 'app' | 'caller'>,
  wanted: string,
): Promise<ConnectionRow> {
  const isNumber = /^\d{1,15}$/.test(wanted)
  for (const filter of [`name=${wanted}`, ...(isNumber ? [`id=${wanted}`] : [])]) {
    const restriction = restrictionOf(caller)
    const { rows } = await listRows(app.store, connectionRelation, { filter: [filter], restriction, limit: 1 })
    if (rows[0]) return rows[0]
  }
  throw new Refused('not-found', `There is no connection "${wanted}". See "wizbridge connections list".`)
}
