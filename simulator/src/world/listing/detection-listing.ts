import type { Estate } from '../estate/estate.ts'
import type { Resources } from '../estate/resources.ts'
import type { Detections } from '../kinds/detections.ts'
import type { Issues } from '../kinds/issues.ts'
import type { Listing } from './listing.ts'
import { inProjects, projectVisibility } from './project-visibility.ts'
import { type Comparator, compared, compileFilter, type DateFilter, type FilterMembers, within } from './row-test.ts'

/** Lists detections; any filter without a type silently leaves out those that only matched. */
export function detectionListing(
  estate: Estate,
  resources: Resources,
  issues: Issues,
  detections: Detections,
): Listing {
  const { table } = detections
  const resourceOf = (row: number) => detections.resource(row)
  const members: FilterMembers = {
    id: (comparator: Comparator) => compared((row) => table.id(row), comparator),
    issueId: (id: string) => {
      const issue = issues.table.row(id)
      return (row) => issue >= 0 && detections.issue(row) === issue
    },
    type: (comparator: Comparator) => compared((row) => detections.type.word(row), comparator),
    severity: (comparator: Comparator) => compared((row) => detections.severity.word(row), comparator),
    origin: (comparator: Comparator) => compared((row) => detections.origin(row), comparator),
    cloudPlatform: (comparator: Comparator) => compared((row) => resources.platformOf(resourceOf(row)), comparator),
    cloudAccountOrCloudOrganizationId: ({ equals, notEquals }: Comparator) => {
      const ids = (row: number) => {
        const account = resources.account(resourceOf(row))
        const organization = estate.organizations[estate.accountPlans[account]?.organization ?? -1]
        return [account >= 0 ? estate.accounts.id(account) : '', organization?.id ?? '']
      }
      return (row) => {
        const own = ids(row)
        if (equals?.length && !equals.some((id) => own.includes(id))) return false
        return !notEquals?.some((id) => own.includes(id))
      }
    },
    resource: ({ id }: { id?: Comparator | null }) =>
      id ? compared((row) => resources.table.id(resourceOf(row)), id) : null,
    matchedRule: ({ id }: { id?: string | null }) => (id ? (row) => detections.rule(row).id === id : null),
    matchedRuleName: (comparator: Comparator) => compared((row) => detections.rule(row).name, comparator),
    projectId: (id: string) => (id === '*' ? null : inProjects(estate, resources, resourceOf, [id])),
    createdAt: (date: DateFilter) => within((row) => detections.createdAt.at(row), date, estate.now()),
    updatedAt: (date: DateFilter) => within((row) => detections.updatedAt.at(row), date, estate.now()),
  }
  return {
    table,
    filters: Object.keys(members),
    select: (filter) =>
      compileFilter(members, filter ? { ...filter, type: filter.type ?? { equals: ['GENERATED_THREAT'] } } : null),
    visible: projectVisibility(estate, resources, resourceOf),
    ordering: () => ({ by: 'CREATED_AT', direction: 'DESC' }),
    orders: { CREATED_AT: 'CREATED_AT' },
    ranges: { createdAt: 'CREATED_AT' },
    node: (row) => table.node(row),
  }
}
