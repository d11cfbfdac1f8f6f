import { z } from 'zod'
import type { Kind } from '../../kinds/kind.ts'
import { HISTORY_EVENTS } from '../../store/database.ts'
import { kindRelation } from '../../store/query/kind-relation.ts'
import { MOMENT_EXAMPLE, momentOf } from '../../store/query/moment.ts'
import { PRESENCES, readObjectAt } from '../../store/query/object-at.ts'
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

const asOf = z.object({
  at: z.string(),
  presence: z
    .enum(PRESENCES)
    .describe('Where it was then; `unknown` where it is not kept since when it had been here.'),
  fieldsThen: z.array(z.string()).describe('The fields that are as they were then; all others are as they are now.'),
  sentence: z.string(),
})

const moment = z
  .string()
  .max(100)
  .refine((text) => momentOf(text) !== undefined, { error: `write it as ${MOMENT_EXAMPLE}` })

function showObject(kind: Kind): Operation {
  return operation({
    name: `${kind.plural}.show`,
    about: `Shows all that is known of one ${kind.name.replaceAll('-', ' ')}, or was at a moment; also of a deleted one.`,
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
      at: moment.optional().describe('What was known at this moment; a day means its beginning, in UTC.'),
    }),
    output: rowSchema(kindRelation(kind)).extend({
      tombstone: tombstone.nullable().describe('Set when it was deleted: then this is what was known last.'),
      history: z
        .array(historyEntry)
        .describe('What happened to it, up to the moment that was asked for, the latest first.'),
      asOf: asOf.nullable().describe('Set when a moment was asked for: which fields are as they were then.'),
    }),
    async run({ app, caller }, { id, connection, at }) {
      const wanted = { id, connection, restriction: restrictionOf(caller) }
      const time = at === undefined ? undefined : momentOf(at)
      if (time === undefined) {
        const { row, tombstone, history } = await readObject(app.store, kind, wanted)
        return { ...row, tombstone, history: [...history], asOf: null }
      }
      const { historyDays } = app.config.keep
      const { row, tombstone, history, asOf } = await readObjectAt(app.store, kind, wanted, { at: time, historyDays })
      return { ...row, tombstone, history: [...history], asOf: { ...asOf, fieldsThen: [...asOf.fieldsThen] } }
    },
  })
}
