import type { Account } from '../account.ts'
import type { Listing } from '../listing/listing.ts'
import { listedRows } from '../listing/listing.ts'
import { inProjects } from '../listing/project-visibility.ts'
import { type Filter, FilterRefused } from '../listing/row-test.ts'
import type { Tenant } from '../tenant.ts'
import type { CsvColumn } from './csv.ts'
import { issueColumns } from './issue-columns.ts'
import { complianceColumns, resourceColumns } from './other-columns.ts'
import type { ReportInput } from './report-input.ts'
import { vulnerabilityColumns } from './vulnerability-columns.ts'

/** What a type of report holds: which rows, in which columns, and how the run sums them up. */
interface Content {
  listing: Listing
  filter(input: ReportInput): Filter | null
  resourceOf(row: number): number
  columns(): { standard: CsvColumn<number>[]; extra?: CsvColumn<number>[] }
  results(rows: Uint32Array): Record<string, unknown>
}

/** Names of report types as the API shows them. */
export const reportTypeNames: Record<ReportInput['type'], string> = {
  ISSUES: 'Issues',
  VULNERABILITIES: 'Vulnerabilities',
  COMPLIANCE_ASSESSMENTS: 'Compliance Assessments',
  GRAPH_QUERY: 'Graph Query',
  CLOUD_RESOURCE_V2: 'Cloud Resources',
}

function graphFilter({ graphQueryParams }: ReportInput): Filter | null {
  const query = graphQueryParams?.query
  const types =
    typeof query === 'object' && query !== null && 'type' in query && Array.isArray(query.type) ? query.type : []
  if (types.length === 0) throw new FilterRefused('graphQueryParams.query.type must name an entity type')
  return types.includes('ANY') ? null : { type: { equals: types } }
}

/** What each type of report holds. */
export function reportContents(
  tenant: Tenant,
  listings: Record<string, Listing>,
): Record<ReportInput['type'], Content> {
  const { issues, vulnerabilities, configurations } = tenant
  const of = (name: string) => listings[name] as Listing
  return {
    ISSUES: {
      listing: of('issues'),
      filter: ({ issueParams }) => issueParams?.issueFilters ?? null,
      resourceOf: (row) => issues.resource(row),
      columns: () => issueColumns(tenant),
      results: (rows) => ({ __typename: 'ReportRunResultsIssues', count: rows.length }),
    },
    VULNERABILITIES: {
      listing: of('vulnerabilityFindings'),
      filter: ({ vulnerabilityParams }) => ({
        assetType: ['VIRTUAL_MACHINE'],
        ...withoutNulls(vulnerabilityParams?.filters),
      }),
      resourceOf: (row) => vulnerabilities.asset(row),
      columns: () => ({ standard: vulnerabilityColumns(tenant) }),
      results: (rows) => ({ __typename: 'ReportRunResultsVulnerabilities', count: rows.length }),
    },
    COMPLIANCE_ASSESSMENTS: {
      listing: of('configurationFindings'),
      filter: ({ complianceAssessmentsParams: params }) => ({
        securityFramework: params?.securityFrameworkIds ?? [],
        result: (params?.result ?? []).map((word) => word.toUpperCase()),
      }),
      resourceOf: (row) => configurations.resource(row),
      columns: () => ({ standard: complianceColumns(tenant) }),
      results: (rows) => {
        const sum = (word: string) => rows.filter((row) => configurations.result.word(row) === word).length
        return {
          __typename: 'ReportRunResultsBenchmark',
          errorCount: sum('ERROR'),
          passedCount: sum('PASS'),
          failedCount: sum('FAIL'),
          scannedCount: rows.length,
        }
      },
    },
    GRAPH_QUERY: {
      listing: of('cloudResourcesV2'),
      filter: graphFilter,
      resourceOf: (row) => row,
      columns: () => ({ standard: resourceColumns(tenant) }),
      results: (rows) => ({
        __typename: 'ReportRunResultsGraphQuery',
        resultCount: rows.length,
        entityCount: rows.length,
      }),
    },
    CLOUD_RESOURCE_V2: {
      listing: of('cloudResourcesV2'),
      filter: ({ cloudResourceV2Params }) => cloudResourceV2Params?.filters ?? null,
      resourceOf: (row) => row,
      columns: () => ({ standard: resourceColumns(tenant) }),
      results: (rows) => ({ __typename: 'ReportRunResultsCloudResource', count: rows.length, limitReached: false }),
    },
  }
}

function withoutNulls(filter: Filter | null | undefined): Filter {
  return Object.fromEntries(Object.entries(filter ?? {}).filter(([, value]) => value !== null))
}

/** The rows a report holds now, for the account that created it. */
export function reportRows(content: Content, input: ReportInput, account: Account, tenant: Tenant): Uint32Array {
  const project = input.projectId && input.projectId !== '*' ? input.projectId : null
  const inProject = project ? inProjects(tenant.estate, tenant.resources, content.resourceOf, [project]) : null
  const rows: number[] = []
  for (const row of listedRows(content.listing, content.filter(input), account)) {
    if (!inProject || inProject(row)) rows.push(row)
  }
  return Uint32Array.from(rows)
}

/** The columns of a report: those it selects by title, or the usual ones. */
export function reportColumns(content: Content, input: ReportInput): CsvColumn<number>[] {
  const { standard, extra = [] } = content.columns()
  const wanted = input.columnSelection ?? []
  if (wanted.length === 0) return standard
  return wanted.map((title) => {
    const column = [...standard, ...extra].find((one) => one.title === title)
    if (!column) throw new FilterRefused(`columnSelection has no column "${title}"`)
    return column
  })
}
