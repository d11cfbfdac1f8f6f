import { FINDING_FIELDS } from '../../api/finding-fields.ts'
import type { Field, Kind } from '../../api/types.ts'

/** How a list is laid out: its fields, the usual columns and the facets beside it. */
export interface Layout {
  readonly plural: string
  readonly name: string
  readonly about: string
  readonly title: string
  readonly fields: readonly Field[]
  /** The usual columns, and those of them that are left out where the window is not wide. */
  readonly columns: readonly string[]
  readonly spare: readonly string[]
  readonly facets: readonly string[]
  /** What a saved list is called in an address, by the name of the kind of a row. */
  readonly pluralOf: (kind: string) => string
}

interface Usual {
  readonly name: string
  readonly columns: readonly string[]
  readonly spare?: readonly string[]
  readonly facets: readonly string[]
}

const USUAL: Readonly<Record<string, Usual>> = {
  findings: {
    name: 'All findings',
    columns: ['title', 'kind', 'severity', 'status', 'assetName', 'projectIds', 'detectedAt'],
    facets: ['severity', 'status', 'kind', 'platform', 'projectIds', 'assetType', 'connection'],
  },
  issues: {
    name: 'Issues',
    columns: [
      'ruleName',
      'severity',
      'status',
      'type',
      'assetName',
      'assetType',
      'platform',
      'projectIds',
      'createdAt',
      'dueAt',
    ],
    spare: ['type', 'assetType', 'platform'],
    facets: ['severity', 'status', 'type', 'platform', 'projectIds', 'assetType', 'frameworks', 'connection'],
  },
  vulnerabilities: {
    name: 'Vulnerabilities',
    columns: [
      'name',
      'severity',
      'status',
      'package',
      'fixedVersion',
      'assetName',
      'hasExploit',
      'score',
      'firstDetectedAt',
    ],
    spare: ['fixedVersion', 'score'],
    facets: ['severity', 'status', 'hasFix', 'hasExploit', 'isKnownExploited', 'platform', 'projectIds', 'assetType'],
  },
  'configuration-findings': {
    name: 'Configuration findings',
    columns: [
      'ruleName',
      'severity',
      'status',
      'result',
      'assetName',
      'assetType',
      'platform',
      'projectIds',
      'firstSeenAt',
    ],
    spare: ['assetType', 'platform'],
    facets: ['severity', 'status', 'result', 'platform', 'projectIds', 'assetType', 'frameworks'],
  },
  assets: {
    name: 'Assets',
    columns: [
      'name',
      'type',
      'assetTypes',
      'platform',
      'region',
      'status',
      'isExposed',
      'issueCount',
      'criticalCount',
      'lastSeenAt',
    ],
    spare: ['region', 'status', 'lastSeenAt'],
    facets: ['platform', 'type', 'assetTypes', 'status', 'isExposed', 'hasSensitiveData', 'projectIds', 'connection'],
  },
  projects: {
    name: 'Projects',
    columns: ['name', 'businessImpact', 'businessUnit', 'owners', 'isFolder', 'issueCount', 'criticalCount'],
    facets: ['businessImpact', 'businessUnit', 'isFolder', 'isArchived', 'connection'],
  },
  controls: {
    name: 'Controls',
    columns: ['name', 'severity', 'type', 'isEnabled', 'isBuiltin', 'lastRunAt'],
    facets: ['severity', 'type', 'isEnabled', 'isBuiltin', 'frameworks'],
  },
  technologies: {
    name: 'Technologies',
    columns: ['name', 'categories', 'usage', 'risk', 'status', 'projectCount'],
    facets: ['categories', 'usage', 'risk', 'status', 'stackLayer'],
  },
}

/** What a list is called, also before its fields are known. */
export function listName(plural: string): string {
  const words = plural.replaceAll('-', ' ')
  return USUAL[plural]?.name ?? words.charAt(0).toUpperCase() + words.slice(1)
}

/** The layout of a list; undefined where there is no such list. */
export function layoutOf(plural: string, kinds: readonly Kind[]): Layout | undefined {
  const usual = USUAL[plural]
  const pluralOf = (name: string) => kinds.find((kind) => kind.name === name)?.plural ?? name
  if (plural === 'findings' && usual) {
    const about = 'Issues, vulnerabilities and configuration findings as one list.'
    return { plural, about, title: 'title', fields: FINDING_FIELDS, spare: [], pluralOf, ...usual }
  }
  const kind = kinds.find((each) => each.plural === (plural === 'assets' ? 'resources' : plural))
  if (!kind) return undefined
  const { about, title, fields } = kind
  const telling = fields.filter((field) => field.type !== 'json' && field.name !== title && field.name !== 'id')
  const other = { spare: [], columns: [title, ...telling.slice(0, 7).map((field) => field.name)], facets: [] }
  return { plural, name: listName(plural), about, title, fields, pluralOf: () => plural, ...other, ...usual }
}
