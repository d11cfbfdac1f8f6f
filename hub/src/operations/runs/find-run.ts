import { z } from 'zod'
import { Refused } from '../../errors.ts'
import { listRows } from '../../store/query/list-rows.ts'
import { type RunRow, runRelation } from '../../store/query/own-relations.ts'
import { restrictionOf } from '../listing.ts'
import type { OperationContext } from '../operation.ts'

/** A run, named. */
export const runInput = z.int().min(1).describe('The number of a run.')

/** The run of a number; one that the caller may not see is not found. */
export async function findRun({ app, caller }: Pick<OperationContext, 'app' | 'caller'>, run: number): Promise<RunRow> {
  const restriction = restrictionOf(caller)
  const { rows } = await listRows(app.store, runRelation, { filter: [`id=${run}`], restriction, sort: [], limit: 1 })
  if (!rows[0]) throw new Refused('not-found', `There is no run ${run}. See "wizbridge runs list".`)
  return rows[0]
}
