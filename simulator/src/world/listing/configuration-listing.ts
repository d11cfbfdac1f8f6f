import type { Node } from '../collection.ts'
import type { Estate } from '../estate/estate.ts'
import type { Resources } from '../estate/resources.ts'
import type { ConfigurationFindings } from '../kinds/configuration-findings.ts'
import type { HostAssessments } from '../kinds/host-assessments.ts'
import { frameworkIds } from './framework-ids.ts'
import type { Listing } from './listing.ts'
import { inAccounts, inProjects, projectVisibility } from './project-visibility.ts'
import {
  allOf,
  compileFilter,
  type DateFilter,
  type Filter,
  type FilterMembers,
  oneOf,
  oneOfWords,
  within,
} from './row-test.ts'

type Words = readonly string[]

const COUNT_CAP = 10_000

function inFrameworks(ruleOf: (row: number) => Node, ids: Words) {
  if (ids.length === 0) return null
  const known = new Map<Node, boolean>()
  return (row: number) => {
    const rule = ruleOf(row)
    let wanted = known.get(rule)
    if (wanted === undefined) {
      const own = new Set(frameworkIds(rule))
      wanted = ids.some((id) => own.has(id))
      known.set(rule, wanted)
    }
    return wanted
  }
}

/** Lists cloud configuration findings; deleted ones only on request. */
export function configurationListing(estate: Estate, resources: Resources, findings: ConfigurationFindings): Listing {
  const { table } = findings
  const resourceOf = (row: number) => findings.resource(row)
  const ruleOf = (row: number) => findings.rule(row)
  const resourceMembers: FilterMembers = {
    id: (ids: Words) => oneOf((row) => resources.table.id(resourceOf(row)), ids),
    cloudPlatform: (words: Words) => oneOf((row) => resources.platformOf(resourceOf(row)), words),
    subscriptionId: (ids: Words) => inAccounts(estate, resources, resourceOf, ids),
    projectId: (ids: Words) =>
      ids.length === 0 || ids.includes('*') ? null : inProjects(estate, resources, resourceOf, ids),
  }
  const members: FilterMembers = {
    result: (words: Words) => oneOfWords(findings.result, words),
    status: (words: Words) => oneOfWords(findings.status, words),
    severity: (words: Words) => oneOfWords(findings.severity, words),
    includeDeleted: (wanted: boolean) => (wanted ? null : (row) => !findings.isDeleted(row)),
    updatedAt: (date: DateFilter) => within((row) => findings.updatedAt.at(row), date, estate.now()),
    analyzedAt: (date: DateFilter) => within((row) => findings.analyzedAt(row), date, estate.now()),
    rule: ({ id }: { id?: Words | null }) => (id ? oneOf((row) => ruleOf(row).id, id) : null),
    resource: (filter: Filter) => compileFilter(resourceMembers, filter),
    securityFramework: (ids: Words) => inFrameworks(ruleOf, ids),
    frameworkCategory: (ids: Words) => inFrameworks(ruleOf, ids),
  }
  return {
    table,
    filters: Object.keys(members),
    select: (filter) => compileFilter(members, { ...filter, includeDeleted: filter?.includeDeleted ?? false }),
    visible: projectVisibility(estate, resources, resourceOf),
    ordering: () => ({ by: 'FIRST_SEEN_AT', direction: 'ASC' }),
    orders: {
      UPDATED_AT: 'UPDATED_AT',
      FIRST_SEEN_AT: 'FIRST_SEEN_AT',
      SEVERITY: 'SEVERITY',
    },
    ranges: { updatedAt: 'UPDATED_AT' },
    node: (row) => table.node(row),
    countCap: COUNT_CAP,
  }
}

/** Lists host configuration assessments. */
export function hostListing(estate: Estate, resources: Resources, assessments: HostAssessments): Listing {
  const { table } = assessments
  const resourceOf = (row: number) => assessments.resource(row)
  const members: FilterMembers = {
    result: (words: Words) => oneOfWords(assessments.result, words),
    status: (words: Words) => oneOfWords(assessments.status, words),
    severity: (words: Words) => oneOfWords(assessments.severity, words),
    frameworkCategory: (ids: Words) => inFrameworks((row) => assessments.rule(row), ids),
    resource: ({ projectId, subscriptionId }: { projectId?: Words | null; subscriptionId?: Words | null }) =>
      allOf([
        projectId?.length ? inProjects(estate, resources, resourceOf, projectId) : null,
        subscriptionId ? inAccounts(estate, resources, resourceOf, subscriptionId) : null,
      ]),
  }
  return {
    table,
    filters: Object.keys(members),
    select: (filter) => compileFilter(members, filter),
    visible: projectVisibility(estate, resources, resourceOf),
    ordering: () => ({ by: 'FIRST_SEEN', direction: 'ASC' }),
    orders: { FIRST_SEEN: 'FIRST_SEEN', UPDATED_AT: 'UPDATED_AT', SEVERITY: 'SEVERITY' },
    node: (row) => table.node(row),
    countCap: COUNT_CAP,
  }
}
