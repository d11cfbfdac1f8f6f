import { z } from 'zod'
import type { Kind } from '../../kinds/kind.ts'
import { KINDS } from '../../kinds/kinds.ts'
import { rowCount } from '../../store/kind-summary.ts'
import { kindRelation } from '../../store/query/kind-relation.ts'
import { openRun } from '../../store/runs.ts'
import { operation } from '../operation.ts'
import { connectionFace, connectionInput } from './connection-face.ts'
import { findConnection } from './find-connection.ts'

/** One connection and what came through it. */
export const showConnection = operation({
  name: 'connections.show',
  about: 'Shows one connection: how it stands, and up to where each kind is known.',
  access: 'viewer',
  http: 'GET /connections/:connection',
  args: ['connection'],
  input: z.strictObject({ connection: connectionInput }),
  output: connectionFace.extend({
    openRun: z.int().nullable().describe('The sync that is under way.'),
    kinds: z.array(
      z.object({
        kind: z.string(),
        stored: z.int().describe('How many rows are stored.'),
        reached: z.string().nullable().describe('Everything that changed up to here is known.'),
        fullAt: z.string().nullable().describe('When the last complete full sync began.'),
        successAt: z.string().nullable().describe('When the last complete sync ended.'),
      }),
    ),
  }),
  async run(context, input) {
    const { store } = context.app
    const connection = await findConnection(context, input.connection)
    const counts = KINDS.map((kind) => {
      const { number, table } = rowCount(kind)
      return `SELECT '${kind.name}' AS kind, (${number})::int AS stored FROM ${table} t
         WHERE connection_id = $1 AND ($2::text[] IS NULL OR ${isInProjects(kind)})`
    })
    const { rows } = await store.pool.query<KindFacts>(
      `SELECT n.kind, n.stored, w.reached, w.full_at AS "fullAt", w.success_at AS "successAt"
       FROM (${counts.join(' UNION ALL ')}) n LEFT JOIN (
         SELECT DISTINCT ON (kind) * FROM watermark WHERE connection_id = $1 ORDER BY kind, success_at DESC
       ) w ON w.kind = n.kind`,
      [connection.id, context.caller.projectIds ?? null],
    )
    const kinds = KINDS.flatMap((kind) => rows.filter((row) => row.kind === kind.name))
    return { ...connection, openRun: (await openRun(store, connection.id)) ?? null, kinds }
  },
})

/** Whether a row is in one of the projects of the caller, in SQL. */
function isInProjects(kind: Kind): string {
  const { fields, projects = '', branches } = kindRelation(kind)
  const column = branches[0]?.columns[projects]
  if (!column) return 'false'
  return fields.get(projects)?.type === 'texts' ? `${column} && $2` : `${column} = ANY ($2)`
}

interface KindFacts {
  readonly kind: string
  readonly stored: number
  readonly reached: string | null
  readonly fullAt: string | null
  readonly successAt: string | null
}
