import type { Filter } from '../listing/row-test.ts'

/** What a report is created from; the schema's CreateReportInput. */
export interface ReportInput {
  name: string
  type: 'ISSUES' | 'VULNERABILITIES' | 'COMPLIANCE_ASSESSMENTS' | 'GRAPH_QUERY' | 'CLOUD_RESOURCE_V2'
  projectId?: string | null
  runIntervalHours?: number | null
  runStartsAt?: string | null
  csvDelimiter?: string | null
  compressionMethod?: 'GZIP' | null
  incremental?: boolean | null
  columnSelection?: readonly string[] | null
  emailTargetParams?: unknown
  exportDestinations?: unknown
  issueParams?: { type: string; issueFilters?: Filter | null } | null
  vulnerabilityParams?: { type: string; filters?: Filter | null } | null
  configurationFindingParams?: { filters?: Filter | null } | null
  cloudResourceV2Params?: { filters?: Filter | null } | null
  complianceAssessmentsParams?: {
    securityFrameworkIds?: readonly string[] | null
    result?: readonly string[] | null
  } | null
  graphQueryParams?: { query: unknown } | null
}
