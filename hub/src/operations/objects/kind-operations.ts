import { z } from 'zod'
import type { Kind } from '../../kinds/kind.ts'
import { HISTORY_EVENTS } from '../../store/database.ts'
import { kindRelation } from '../../store/query/kind-relation.ts'
import { readObject } from '../../store/query/read-object.ts'
import { listOperation, restrictionOf, rowSchema } from '../listing.ts'
import { type Operation, operation } from '../operation.ts'

/** The operations that every kind has. */
export function kindOperations(kind: Kind): Operation[] {
  return [listObjects(kind), showObject(kind)]
}

// What people want to see of a kind beside its title, as far as it has it.
const TELLING = ['severity', 'status', 'assetName', 'type', 'platform', 'system', 'businessImpact', 'risk', 'digest']
const NEWS = ['updatedAt', 'lastRunAt', 'issueCount', 'projectCount', 'url']
const MOST_TELLING = 3

/** The columns of a table of a kind, for people. */
function columnsOf(kind: Kind): string[] {
  const telling = TELLING.filter((name) => name in kind.columns && name !== kind.title).slice(0, MOST_TELLING)
  const news = NEWS.filter((name) => name in kind.columns).slice(0, 1)
  return [kind.title, ...telling, ...news, 'id']
}

function listObjects(kind: Kind): Operation {
  return listOperation(kindRelation(kind), {
    name: `${kind.plural}.list`,
    about: `Lists ${kind.plural.replaceAll('-', ' ')}: ${kind.about}`,
    http: `GET /${kind.plural}`,
    columns: columnsOf(kind),
    examples: examplesOf(kind),
  })
}

function examplesOf(kind: Kind): string[] {
  const { severity, status } = kind.columns
  const filter = [severity && '--filter severity=CRITICAL', status?.values?.includes('OPEN') && '--filter status=OPEN']
  const words = filter.filter(Boolean).join(' ') || `--filter ${kind.title}~part`
  return [`${kind.plural} list ${words}`, `${kind.plural} list --sort ${kind.title} --output csv --limit 1000`]
}

const historyEntry = z.object({
  at: z.string(),
  event: z.enum(HISTORY_EVENTS),
  field: z.string().nullable(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  cause: z.string().describe('What brought the change here.'),
  runId: z.number().nullable(),
})

const tombstone = z.object({ reason: z.string(), runId: z.number().nullable(), deletedAt: z.string() })

function showObject(kind: Kind): Operation {
  return operation({
    name: `${kind.plural}.show`,
    about: `Shows all that is known of one ${kind.name.replaceAll('-', ' ')}, also of a deleted one.`,
    access: 'viewer',
    http: `GET /${kind.plural}/:id`,
    args: ['id'],
    input: z.strictObject({
      id: z
        .string()
        .min(1)
        .max(1000)
        .describe(kind.columns.id?.about ?? 'Its Wiz id.'),
      connection: z.string().optional().describe('The connection, where several have it.'),
    }),
    output: rowSchema(kindRelation(kind)).extend({
      tombstone: tombstone.nullable().describe('Set when it was deleted: then this is what was known last.'),
      history: z.array(historyEntry).describe('What happened to it, the latest first.'),
    }),
    async run({ app, caller }, { id, connection }) {
      const found = await readObject(app.store, kind, { id, connection, restriction: restrictionOf(caller) })
      return { ...found.row, tombstone: found.tombstone, history: [...found.history] }
    },
  })
}
