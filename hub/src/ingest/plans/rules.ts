import type { Kind } from '../../kinds/kind.ts'
import { FINDING_KINDS } from '../../kinds/kinds.ts'
import type { ReadNode } from '../../kinds/read-node.ts'

/** What is stored already of what a page is about; rules that look at it let everything through without it. */
export interface Known {
  /** The assets of the page that are stored. */
  readonly assets: ReadonlySet<string>
  /** The rows of the page that are stored as what they are. */
  readonly rows: ReadonlySet<string>
}

/** A limit of a plan that Wiz cannot apply: rows come, are looked at here, and are left out or left as they are. */
interface LocalRule {
  /** The word under which receipts count what it left out. */
  readonly name: string
  /** Why something is not here, for people. */
  readonly sentence: string
  /** What to change to let it in. */
  readonly change: string
  /** Left out, or kept as it is stored. */
  readonly effect: 'leave-out' | 'keep'
  readonly looksAtStore: boolean
  readonly kinds: readonly string[]
  /** The columns without which it would leave out everything. */
  readonly columns: readonly string[]
  applies(kind: Kind, row: ReadNode, known: Known | undefined): boolean
}

/** The kinds that are assets. */
export const ASSET_KINDS: readonly string[] = ['cloud-resource', 'container-image']

const CVE = /^CVE-\d{4}-\d{4,}$/

/** Every rule a plan can have. */
export const RULES: readonly LocalRule[] = [
  {
    name: 'onlyCve',
    sentence: 'It has no CVE id, and the plan brings in only findings that have one.',
    change: 'Use a plan of another template, such as wiz-cspm, for findings of other catalogues.',
    effect: 'leave-out',
    looksAtStore: false,
    kinds: ['vulnerability-finding'],
    columns: ['name'],
    applies: (kind, row) => !CVE.test(text(kind, row, 'name') ?? ''),
  },
  {
    name: 'skipDeletedResources',
    sentence: 'The resource it is on was deleted, and the plan skips issues of deleted resources.',
    change: 'Turn the option skipDeletedResources of the plan off.',
    effect: 'leave-out',
    looksAtStore: false,
    kinds: ['issue'],
    columns: [],
    applies: (kind, row) => text(kind, row, 'resolutionReason') === 'OBJECT_DELETED' || hasNoEntity(row.raw),
  },
  {
    name: 'onlyKnownAssets',
    sentence: 'Its asset was not here before, and the plan does not onboard new assets.',
    change: 'Turn the option autoOnboardNewAssets of the plan on.',
    effect: 'leave-out',
    looksAtStore: true,
    kinds: [...ASSET_KINDS, ...FINDING_KINDS.map((kind) => kind.name)],
    columns: [],
    applies(kind, row, known) {
      const asset = assetOf(kind, row)
      return known !== undefined && asset !== undefined && !known.assets.has(asset)
    },
  },
  {
    name: 'keepMetadata',
    sentence: 'It is here as it was first seen, because the plan does not update existing assets.',
    change: 'Turn the option updateExistingAssetMetadata of the plan on.',
    effect: 'keep',
    looksAtStore: true,
    kinds: ASSET_KINDS,
    columns: [],
    applies: (_kind, row, known) => known?.rows.has(row.id) === true,
  },
]

/** The rules of these names that say something about a kind. */
export function rulesFor(kind: Kind, names: readonly string[] = []): readonly LocalRule[] {
  return RULES.filter((rule) => names.includes(rule.name) && rule.kinds.includes(kind.name))
}

/** The asset a row is, or is about. */
export function assetOf(kind: Kind, row: ReadNode): string | undefined {
  if (ASSET_KINDS.includes(kind.name)) return row.id
  return kind.finding ? text(kind, row, kind.finding.assetId) : undefined
}

function text(kind: Kind, row: ReadNode, column: string): string | undefined {
  const value = row.values[Object.keys(kind.columns).indexOf(column)]
  return typeof value === 'string' ? value : undefined
}

// Wiz drops the live entity of an issue when its resource is gone; a look at the text spares parsing all the others.
function hasNoEntity(raw: ReadNode['raw']): boolean {
  return raw.includes('"entity":null') && (JSON.parse(raw.toString()) as { entity?: unknown }).entity === null
}
