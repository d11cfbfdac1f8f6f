import type { Account } from '../account.ts'
import type { Estate } from '../estate/estate.ts'
import type { Resources } from '../estate/resources.ts'
import type { Detections } from '../kinds/detections.ts'
import type { Issues } from '../kinds/issues.ts'
import type { Listing } from './listing.ts'
import { inProjects } from './project-visibility.ts'
import {
  allOf,
  type Comparator,
  compared,
  compileFilter,
  type DateFilter,
  type Filter,
  type FilterMembers,
  FilterRefused,
  found,
  isSo,
  oneOf,
  oneOfWords,
  within,
} from './row-test.ts'

type Words = readonly string[]

/** Lists issues. */
export function issueListing(estate: Estate, resources: Resources, issues: Issues, detections: Detections): Listing {
  const { table } = issues
  const resourceOf = (row: number) => issues.resource(row)
  const accountId = (row: number) => {
    const account = resources.account(resourceOf(row))
    return account >= 0 ? estate.accounts.id(account) : null
  }
  const organizationId = (row: number) =>
    estate.organizations[estate.accountPlans[resources.account(resourceOf(row))]?.organization ?? -1]?.id
  const resourceId = (row: number) => resources.table.id(resourceOf(row))
  const isThreat = (row: number) => issues.type.word(row) === 'THREAT_DETECTION'

  const entityMembers: FilterMembers = {
    id: (id: string) => (row) => resourceId(row) === id,
    ids: (ids: Words) => oneOf(resourceId, ids),
    type: (types: Words) => oneOf((row) => resources.typeOf(resourceOf(row)), types),
    status: (words: Words) => oneOf((row) => resources.status.word(resourceOf(row)), words),
    region: (regions: Words) => oneOf((row) => resources.region(resourceOf(row)), regions),
    subscriptionId: (ids: Words) => oneOf(accountId, ids),
    resourceGroupId: (ids: Words) => oneOf((row) => resources.resourceGroupId(resourceOf(row)), ids),
    nativeType: (words: Words) => oneOf((row) => resources.nativeType(resourceOf(row)), words),
    cloudPlatform: (words: Words) => oneOf((row) => resources.platformOf(resourceOf(row)), words),
    tag: () => {
      throw new FilterRefused('filter "relatedEntity.tag" is not supported')
    },
  }

  const members: FilterMembers = {
    id: (ids: Words) => {
      const rows = new Set(ids.map((id) => table.row(id)))
      return (row) => rows.has(row)
    },
    search: (text: string) =>
      found((row) => [table.id(row), issues.rule(row).name, resources.name(resourceOf(row))], text),
    status: (words: Words) => oneOfWords(issues.status, words),
    severity: (words: Words) => oneOfWords(issues.severity, words),
    type: (words: Words) => oneOfWords(issues.type, words),
    project: (ids: Words) =>
      ids.length === 0 || ids.includes('*') ? null : inProjects(estate, resources, resourceOf, ids),
    createdAt: (date: DateFilter) => within((row) => issues.createdAt.at(row), date, estate.now()),
    resolvedAt: (date: DateFilter) => within((row) => issues.resolvedAt.at(row), date, estate.now()),
    dueAt: (date: DateFilter) => within((row) => issues.dueAt.at(row), date, estate.now()),
    statusChangedAt: (date: DateFilter) => within((row) => issues.statusChangedAt.at(row), date, estate.now()),
    relatedEntity: (filter: Filter) => compileFilter(entityMembers, filter),
    sourceControl: (ids: Words) => oneOf((row) => issues.rule(row).control?.id, ids),
    sourceRule: ({ id }: { id?: Words | null }) =>
      id && id.length > 0 ? (row) => issues.rule(row).sourceRules.some((rule) => id.includes(rule.id)) : null,
    resolutionReason: (words: Words) => oneOfWords(issues.resolutionReason, words),
    hasServiceTicket: (wanted: boolean) => isSo((row) => issues.hasTicket(row), wanted),
    hasNote: (wanted: boolean) => isSo((row) => issues.hasNote(row), wanted),
    hasRemediation: (wanted: boolean) => isSo((row) => issues.rule(row).control, wanted),
    stackLayer: (words: Words) => oneOf((row) => issues.rule(row).stackLayer, words),
    frameworkCategory: (ids: Words) => inCategories(ids),
    riskEqualsAny: (ids: Words) => inCategories(ids),
    eventOrigin: (comparator: Comparator) => {
      const test = compared((row) => detections.origin(row), comparator)
      return test ? (row) => detections.forIssue(row).some(test) : null
    },
    cloudAccountOrCloudOrganizationId: (ids: Words) =>
      ids.length === 0 ? null : (row) => ids.includes(accountId(row) ?? '') || ids.includes(organizationId(row) ?? ''),
    threatResource: ({ ids }: { ids?: Words | null }) =>
      ids && ids.length > 0 ? (row) => isThreat(row) && ids.includes(resourceId(row)) : null,
  }

  function inCategories(ids: Words) {
    return ids.length === 0 ? null : (row: number) => ids.some((id) => issues.rule(row).categoryIds.has(id))
  }

  // The narrow scopes open only their own types of issue.
  const byScope = ({ scopes }: Account) => {
    if (['read:issues', 'read:all', 'admin:all'].some((scope) => scopes.has(scope))) return null
    const threats = scopes.has('read:threat_issues')
    const postures = scopes.has('read:posture_issues')
    return (row: number) => (isThreat(row) ? threats : postures)
  }

  return {
    table,
    filters: Object.keys(members),
    select: (filter) => compileFilter(members, filter),
    visible: (account) =>
      allOf([
        byScope(account),
        account.projectIds ? inProjects(estate, resources, resourceOf, account.projectIds) : null,
      ]),
    ordering: (filter) =>
      filter?.statusChangedAt ? { by: 'STATUS_CHANGED_AT', direction: 'ASC' } : { by: 'CREATED_AT', direction: 'DESC' },
    orders: {
      SEVERITY: 'SEVERITY',
      CREATED_AT: 'CREATED_AT',
      STATUS_CHANGED_AT: 'STATUS_CHANGED_AT',
      SEVERITY_EXPLOITABLE: 'SEVERITY_EXPLOITABLE',
    },
    ranges: { createdAt: 'CREATED_AT', statusChangedAt: 'STATUS_CHANGED_AT' },
    node: (row) => table.node(row),
  }
}
