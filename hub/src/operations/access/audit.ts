import { z } from 'zod'
import { refuseLimited } from '../../access/caller.ts'
import { eachBatch } from '../../access/list-rows.ts'
import { auditRelation } from '../../access/relations.ts'
import { verifyAudit } from '../../access/verify-audit.ts'
import { parseFilter } from '../../store/query/filter.ts'
import { operation } from '../operation.ts'
import { formatInput, streamRows } from '../stream-rows.ts'
import { textStream } from '../text-stream.ts'
import { accessListOperation, accessSelection } from './access-listing.ts'

/** Who did what, a page at a time. */
export const listAudit = accessListOperation(auditRelation, {
  name: 'audit.list',
  about: 'Lists who did what, the latest first.',
  http: 'GET /audit',
  columns: ['seq', 'at', 'actor', 'action', 'target', 'outcome', 'address'],
  examples: [
    'audit list --filter actor=user:ada@example.com',
    'audit list --filter action=sign-in --filter outcome=refused',
    'audit list --filter outcome=unknown',
  ],
})

/** The whole log as a file. */
export const exportAudit = operation({
  name: 'audit.export',
  about: 'Writes out the audit log, as CSV or as one JSON object per line.',
  access: 'admin',
  http: 'GET /audit/export',
  streams: true,
  examples: ['audit export --format csv --filter at>=2026-01-01'],
  input: z.strictObject({
    ...accessSelection(auditRelation),
    format: formatInput,
  }),
  output: textStream,
  async run({ app, caller, signal }, { format, ...query }) {
    refuseLimited(caller)
    // Mistakes are told before the first line is written.
    parseFilter(auditRelation, query.filter)
    const columns = [...auditRelation.fields.keys()]
    return streamRows(eachBatch(app.store, auditRelation, query), { name: 'audit', format, columns, signal })
  },
})

/** Whether the log is what was written. */
export const verifyAuditLog = operation({
  name: 'audit.verify',
  about: 'Checks that no entry of the audit log was changed, removed or put in.',
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
