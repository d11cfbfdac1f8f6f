import type { Node } from '../collection.ts'
import type { Tenant } from '../tenant.ts'
import { csvColumns, latest } from './csv.ts'
import { titleCase } from './vulnerability-columns.ts'

type Json = Record<string, unknown>

/** Columns of a compliance report: one line per configuration finding. */
export function complianceColumns({ configurations }: Tenant) {
  const of = latest((row) => configurations.table.node(row))
  const resource = (row: number) => of(row).resource as Json
  const rule = (row: number) => of(row).rule as Json
  const subscription = (row: number) => (of(row).subscription ?? {}) as Json
  const sub = (row: number) => ((of(row).securitySubCategories as Node[])[0] ?? {}) as Json
  const category = (row: number) => (sub(row).category ?? {}) as Json
  return csvColumns<number>({
    'Assessed At': (row) => of(row).analyzedAt,
    Category: (row) => category(row).name,
    'Cloud Provider': (row) => subscription(row).cloudProvider,
    'Cloud Provider ID': (row) => resource(row).providerId,
    'Compliance Check Name (Wiz Subcategory)': (row) => sub(row).title,
    'Created At': (row) => of(row).firstSeenAt,
    Framework: (row) => ((category(row).framework ?? {}) as Json).name,
    'Ignore Reason': (row) => (of(row).status === 'REJECTED' ? 'Exception' : ''),
    'Issue/Finding ID': (row) => of(row).id,
    'Native Type': (row) => resource(row).nativeType,
    'Object Type': (row) => resource(row).type,
    'Policy Description': (row) => rule(row).description,
    'Policy ID': (row) => rule(row).id,
    'Policy Name': (row) => rule(row).name,
    'Policy Short Name': (row) => rule(row).shortId,
    'Policy Type': () => 'Cloud Configuration Rule',
    Projects: (row) => ((resource(row).projects ?? []) as Node[]).map(({ name }) => name).join(', '),
    'Remediation Steps': (row) => of(row).remediation,
    'Resource Cloud Platform': (row) => resource(row).cloudPlatform,
    'Resource Group Name': () => '',
    'Resource ID': (row) => resource(row).id,
    'Resource Name': (row) => resource(row).name,
    'Resource Region': (row) => resource(row).region,
    Result: (row) => titleCase(of(row).result),
    Severity: (row) => titleCase(of(row).severity),
    Subscription: (row) => subscription(row).id,
    'Subscription Name': (row) => subscription(row).name,
    'Subscription Provider ID': (row) => subscription(row).externalId,
  })
}

/** Columns of a cloud resources report, and of a graph query report over resources. */
export function resourceColumns({ resources }: Tenant) {
  const of = latest((row) => resources.table.node(row))
  return csvColumns<number>({
    ID: (row) => of(row).id,
    Name: (row) => of(row).name,
    Type: (row) => of(row).type,
    'Native Type': (row) => of(row).nativeType,
    'External ID': (row) => of(row).externalId,
    'Provider Unique ID': (row) => of(row).providerUniqueId,
    'Cloud Platform': (row) => of(row).cloudPlatform,
    Region: (row) => of(row).region,
    Status: (row) => of(row).status,
    Subscription: (row) => (of(row).cloudAccount as Json | null)?.externalId,
    Projects: (row) => ((of(row).projects ?? []) as Node[]).map(({ name }) => name).join(', '),
    'First Seen': (row) => of(row).firstSeen,
    'Last Seen': (row) => of(row).lastSeen,
    Tags: (row) => of(row).tags,
  })
}
