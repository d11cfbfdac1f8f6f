import type { Caller } from './caller.ts'

/** What a user or key is limited to, as it is kept; null means no limit. */
export interface LimitColumns {
  connection_ids: number[] | null
  project_ids: string[] | null
}

/** The limits of a row as those of a caller. */
export function limitsOf(row: LimitColumns): Pick<Caller, 'connectionIds' | 'projectIds'> {
  return {
    ...(row.connection_ids ? { connectionIds: row.connection_ids } : {}),
    ...(row.project_ids ? { projectIds: row.project_ids } : {}),
  }
}
