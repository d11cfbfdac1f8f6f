import type { Field } from './types.ts'

const SEVERITIES = ['NONE', 'INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']
const STATUSES = ['OPEN', 'IN_PROGRESS', 'RESOLVED', 'REJECTED']
const KINDS = ['issue', 'vulnerability-finding', 'configuration-finding']

const field = (name: string, type: Field['type'], about: string, values: readonly string[] | null = null): Field => ({
  name,
  type,
  about,
  values,
})

/** The fields of the list of all findings together, as `GET /api/v1/findings` answers them. */
export const FINDING_FIELDS: readonly Field[] = [
  field('title', 'text', 'What was found.'),
  field('kind', 'text', 'The kind of finding.', KINDS),
  field('severity', 'text', 'How bad it is.', SEVERITIES),
  field('status', 'text', 'Where it stands.', STATUSES),
  field('assetName', 'text', 'The name of the resource it is on.'),
  field('assetType', 'text', 'What that resource is.'),
  field('platform', 'text', 'The cloud that resource is in.'),
  field('projectIds', 'texts', 'The Wiz projects it belongs to.'),
  field('detectedAt', 'time', 'When Wiz first saw it.'),
  field('updatedAt', 'time', 'When Wiz last touched it.'),
  field('resolvedAt', 'time', 'When it was resolved.'),
  field('dueAt', 'time', 'When it has to be fixed.'),
  field('connection', 'text', 'The connection it came through.'),
  field('rule', 'text', 'The rule or catalogue entry that found it.'),
  field('assetId', 'text', 'The resource it is on.'),
  field('id', 'text', 'Wiz id of the finding.'),
]
