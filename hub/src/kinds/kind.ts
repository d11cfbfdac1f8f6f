import type { Column, ColumnBuilder } from './column.ts'

/** A way to cut a large kind into parts that can be walked side by side. */
export type Dimension =
  | {
      /** Windows of time from the beginning to the end of time. */
      readonly by: 'time'
      /** The date filter `{ after, before }` of Wiz, and our column with the same meaning. */
      readonly filter: string
      readonly column: string
    }
  | {
      /** One part per value. */
      readonly by: 'values'
      readonly column: string
      readonly values: readonly string[]
      readonly filter: (value: string) => Record<string, unknown>
    }

/** A limit a plan may set on a kind: how Wiz is asked for it and which column holds the answer. */
export interface PlanFilter {
  readonly column: string
  /** The `filterBy` fragment; absent where Wiz cannot filter and we drop rows ourselves. */
  readonly wiz?: (values: readonly string[]) => Record<string, unknown>
}

/** The filters every plan may name; a kind implements those that make sense for it. */
export type PlanFilterName = 'projects' | 'severities' | 'statuses' | 'platforms' | 'assetTypes'

/** How a kind of finding answers the questions asked of all findings together; values are column names. */
export interface FindingFace {
  readonly title: string
  readonly severity: string
  readonly status: string
  readonly assetId: string
  readonly assetName: string
  readonly assetType: string
  readonly platform: string
  readonly projectIds: string
  readonly detectedAt: string
  readonly updatedAt: string
  readonly resolvedAt?: string
  readonly dueAt?: string
  readonly rule: string
}

/** The answers that every kind of finding has in a column of the same name. */
export const SAME_NAMES = {
  severity: 'severity',
  status: 'status',
  assetId: 'assetId',
  assetName: 'assetName',
  assetType: 'assetType',
  platform: 'platform',
  projectIds: 'projectIds',
  updatedAt: 'updatedAt',
} as const

/** What is declared once about a kind of Wiz object; queries, tables, filters and documentation derive from it. */
export interface KindDeclaration {
  readonly name: string
  /** The plural, in kebab-case: the REST path and the CLI resource. */
  readonly plural: string
  readonly about: string
  /** Where it is read: a connection of the Query type, or a list inside the nodes of another kind. */
  readonly source: ConnectionSource | EmbeddedSource
  /** Any one of these OAuth scopes is enough. */
  readonly scopes: readonly string[]
  /** Those of them that open a part of it each; all of these together open the whole. */
  readonly scopesInPart?: readonly string[]
  /** The selection set of a node, as GraphQL. */
  readonly select: string
  readonly columns: Readonly<Record<string, Column | ColumnBuilder>>
  /** The column that says which of two copies of a node is newer, by Wiz's own clock. */
  readonly version?: string
  /** The column that is shown as its name. */
  readonly title: string
  readonly planFilters?: Partial<Record<PlanFilterName, PlanFilter>>
  readonly finding?: FindingFace
  /** A node that says of itself that it was deleted: column and what it holds then. */
  readonly deletedWhen?: { readonly column: string; readonly is: 'true' | 'set' }
  /** The plain name Port's mappings use. */
  readonly portName?: string
}

/** A connection of Wiz's Query type. */
export interface ConnectionSource {
  readonly connection: string
  readonly filterType: string
  /** Sent with every request, e.g. all statuses because Wiz's default leaves some out. */
  readonly always?: Record<string, unknown>
  /** What to walk by; the name of its input type where that is certain and a delta has to do without the order. */
  readonly order?: { readonly type?: string; readonly field: string; readonly direction: 'ASC' | 'DESC' }
  /** The most rows Wiz gives per page. */
  readonly pageSize: number
  /** The date filter that moves when an object changes, the column that carries it, and how far back a delta looks again. */
  readonly delta?: {
    readonly filter: string
    readonly column: string
    readonly overlapMinutes: number
    readonly always?: Record<string, unknown>
  }
  readonly partitions: readonly Dimension[]
  /** Further arguments of the connection, as GraphQL. */
  readonly arguments?: string
  /** The total stops at a cap, which `maxCountReached` tells. */
  readonly isCountCapped?: boolean
  /** The root field that answers for a single id. */
  readonly lookup?: string
}

/** A list inside another kind's nodes, for what has no connection of its own. */
export interface EmbeddedSource {
  readonly inside: string
  readonly path: string
}

/** A kind as everybody else sees it. */
export interface Kind extends Omit<KindDeclaration, 'columns'> {
  readonly columns: Readonly<Record<string, Column>>
  /** Its table in PostgreSQL. */
  readonly table: string
}

/** Declares a kind; a contradiction inside the declaration is an error at start, not at the first sync. */
export function defineKind(declaration: KindDeclaration): Kind {
  const { columns, version, title, deletedWhen, planFilters = {}, finding = {}, source } = declaration
  const named: (string | undefined)[] = [
    version,
    title,
    deletedWhen?.column,
    ...Object.values(planFilters).map((filter) => filter.column),
    ...Object.values<string | undefined>(finding),
    ...('connection' in source ? [source.delta?.column, ...source.partitions.map((part) => part.column)] : []),
  ]
  for (const name of named) {
    if (name !== undefined && !(name in columns)) throw new Error(`kind ${declaration.name}: no column ${name}`)
  }
  if (!('id' in columns)) throw new Error(`kind ${declaration.name}: needs a column id`)
  return { ...declaration, columns, table: declaration.name.replaceAll('-', '_') }
}

/** Whether a kind is read through its own connection. */
export function hasConnection(kind: Kind): kind is Kind & { source: ConnectionSource } {
  return 'connection' in kind.source
}
