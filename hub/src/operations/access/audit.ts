import { z } from 'zod'
import { listAudit } from '../../access/list-audit.ts'
import { verifyAudit } from '../../access/verify-audit.ts'
import { operation } from '../operation.ts'
import { cursorField, limitField, pageFrom, pageOf, refuseLimited } from './fields.ts'

const entrySchema = z.object({
  seq: z.int().describe('Its place in the log.'),
  at: z.string(),
  actor: z.string().describe('Who did it.'),
  action: z.string(),
  target: z.string().nullable(),
  outcome: z.enum(['done', 'refused', 'failed']),
  address: z.string().nullable().describe('Where the request came from.'),
  details: z.record(z.string(), z.unknown()),
  hash: z.string().describe('SHA-256 of the hash before it and of this entry.'),
})

export const auditList = operation({
  name: 'audit.list',
  about: 'Lists who did what, the latest first.',
  access: 'admin',
  http: 'GET /audit',
  columns: ['seq', 'at', 'actor', 'action', 'target', 'outcome', 'address'],
  input: z.strictObject({
    limit: limitField,
    cursor: cursorField,
    actor: z.string().max(300).optional().describe('Only what this one did.'),
    action: z.string().max(100).optional().describe('Only this action, such as connections.create.'),
    outcome: entrySchema.shape.outcome.optional(),
    since: z.iso.datetime({ offset: true }).optional().describe('Only from this moment on.'),
    until: z.iso.datetime({ offset: true }).optional().describe('Only before this moment.'),
  }),
  output: pageOf(entrySchema),
  async run({ app, caller }, { limit, cursor, ...filter }) {
    refuseLimited(caller)
    const before = cursor === undefined ? undefined : Number(cursor)
    const rows = await listAudit(app.store, filter, { before, limit: limit + 1 })
    return pageFrom(rows, limit, (row) => row.seq)
  },
})

export const auditVerify = operation({
  name: 'audit.verify',
  about: 'Checks that no entry of the audit log was changed or removed.',
  access: 'admin',
  http: 'GET /audit/verification',
  columns: ['intact', 'entries', 'head', 'brokenAt', 'problem'],
  input: z.strictObject({}),
  output: z.object({
    intact: z.boolean(),
    entries: z.int().describe('How many entries are as they were written, from the first on.'),
    head: z
      .string()
      .describe('The hash of the last good entry; kept elsewhere, it proves that the log was not rewritten.'),
    brokenAt: z.int().nullable().describe('The first entry that is not as it was written.'),
    problem: z.string().nullable(),
  }),
  async run({ app, caller }) {
    refuseLimited(caller)
    return verifyAudit(app.store)
  },
})
