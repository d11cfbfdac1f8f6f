import { KINDS } from '../kinds/kinds.ts'
import { TEMPLATES } from './plans/templates.ts'

/** What features beside reading the kinds need: reports, pushing detections, webhooks and their automation rules. */
const FEATURE_SCOPES = [
  'read:reports',
  'create:reports',
  'update:reports',
  'delete:reports',
  'read:detections',
  'read:cloud_events',
  'read:comments',
  'read:cloud_accounts',
  'create:external_data_ingestion',
  'read:system_activities',
  ...['integrations', 'automation_actions', 'automation_rules'].flatMap((what) =>
    ['create', 'read', 'update', 'delete'].map((verb) => `${verb}:${what}`),
  ),
]

/** Every scope that some feature can use; a service account that has others has more than it needs. */
export const NEEDED_SCOPES: ReadonlySet<string> = new Set([
  ...KINDS.flatMap((kind) => kind.scopes),
  ...TEMPLATES.flatMap((template) => template.scopes),
  ...FEATURE_SCOPES,
])
