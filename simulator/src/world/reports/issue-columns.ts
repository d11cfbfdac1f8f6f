import type { Node } from '../collection.ts'
import type { Tenant } from '../tenant.ts'
import { formatTimestamp, type Micros, SECOND } from '../time/timestamp.ts'
import { csvColumns, latest } from './csv.ts'

type Json = Record<string, unknown>

/** Go's way to print a time, which some rows of the real export have. */
function goTime(at: Micros): string {
  const iso = formatTimestamp(at)
  const digits = iso.slice(19, -1)
  return `${new Date(at / 1000).toISOString().slice(0, 10)} ${iso.slice(11, 19)}${at % SECOND === 0 ? '' : digits} +0000 UTC`
}

const names = (list: unknown, field: string) =>
  Array.isArray(list) ? (list as Node[]).map((item) => item[field]).join(', ') : ''

/** Columns of an issues report: the 32 of the export, and those that can be asked for. */
export function issueColumns({ issues, resources }: Tenant) {
  const of = latest((row) => issues.table.node(row))
  const snapshot = (row: number) => of(row).entitySnapshot as Json
  const control = (row: number) => (of(row).control ?? issues.rule(row).sourceRules[0] ?? {}) as Json
  const standard = csvColumns<number>({
    'Created At': (row) => of(row).createdAt,
    Title: (row) => issues.rule(row).name,
    Severity: (row) => issues.severity.word(row),
    Status: (row) => (issues.status.word(row) === 'REJECTED' ? 'IGNORED' : issues.status.word(row)),
    Description: (row) => control(row).description,
    'Resource Type': (row) => snapshot(row).type,
    'Resource external ID': (row) => snapshot(row).providerId,
    'Subscription ID': (row) => snapshot(row).subscriptionExternalId,
    'Project IDs': (row) => names(of(row).projects, 'id'),
    'Project Names': (row) => names(of(row).projects, 'name'),
    'Resolved Time': (row) => {
      const at = issues.resolvedAt.at(row)
      return Number.isNaN(at) ? '' : row % 3 === 0 ? goTime(at) : formatTimestamp(at)
    },
    Resolution: (row) => of(row).resolutionReason,
    'Control ID': (row) => control(row).id,
    'Resource Name': (row) => snapshot(row).name,
    'Resource Region': (row) => snapshot(row).region,
    'Resource Status': (row) => snapshot(row).status,
    'Resource Platform': (row) => snapshot(row).cloudPlatform,
    'Resource OS': (row) => (snapshot(row).type === 'VIRTUAL_MACHINE' ? 'Linux' : ''),
    'Resource original JSON': (row) => ({
      ...snapshot(row),
      policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow' }] },
    }),
    'Issue ID': (row) => issues.table.id(row),
    'Resource vertex ID': (row) => resources.table.id(issues.resource(row)),
    'Ticket URLs': (row) => names(of(row).serviceTickets, 'url'),
    Note: (row) => names(of(row).notes, 'text'),
    'Due At': (row) => of(row).dueAt,
    'Remediation Recommendation': (row) => control(row).resolutionRecommendation,
    'Subscription Name': (row) => snapshot(row).subscriptionName,
    'Wiz URL': (row) => of(row).url,
    'Cloud Provider URL': (row) => snapshot(row).cloudProviderURL,
    'Resource Tags': (row) => snapshot(row).tags,
    'Kubernetes Cluster': (row) => snapshot(row).kubernetesClusterName,
    'Kubernetes Namespace': (row) => snapshot(row).kubernetesNamespaceName,
    'Container Service': () => '',
  })
  const extra = csvColumns<number>({
    'Provider ID': (row) => snapshot(row).providerId,
    Risks: (row) => (control(row).risks as string[] | undefined)?.join(', '),
    Threats: (row) => (control(row).threats as string[] | undefined)?.join(', '),
    'Status Changed At': (row) => of(row).statusChangedAt,
    'Updated At': (row) => of(row).updatedAt,
  })
  return { standard, extra }
}
