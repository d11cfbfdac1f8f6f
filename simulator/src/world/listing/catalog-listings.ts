import type { Node } from '../collection.ts'
import type { Estate } from '../estate/estate.ts'
import type { AuditLog } from '../kinds/audit-log.ts'
import type { Table } from '../table/table.ts'
import { frameworkIds } from './framework-ids.ts'
import type { Listing } from './listing.ts'
import { projectRows } from './project-visibility.ts'
import {
  allOf,
  compileFilter,
  type DateFilter,
  type FilterMembers,
  FilterRefused,
  found,
  isSo,
  oneOf,
  oneOfWords,
  within,
} from './row-test.ts'

type Words = readonly string[]
type Members = (read: (field: string) => (row: number) => unknown) => FilterMembers

const anyOf = (read: (row: number) => unknown, words: Words) =>
  words.length === 0
    ? null
    : (row: number) => {
        const list = read(row)
        return Array.isArray(list) && words.some((word) => list.includes(word))
      }

function listing(table: Table, members: Members, more: Partial<Listing> = {}): Listing {
  const tests = members((field) => (row) => table.node(row)[field])
  return {
    table,
    filters: Object.keys(tests),
    select: (filter) => compileFilter(tests, filter),
    visible: () => null,
    ordering: () => ({ by: 'ROW', direction: 'ASC' }),
    orders: {},
    node: (row) => table.node(row),
    ...more,
  }
}

/** Lists the short lists: what they may be filtered by, and what an account limited to projects sees of them. */
export function catalogListings(estate: Estate, audit: AuditLog): Record<string, Listing> {
  const search = (read: (field: string) => (row: number) => unknown, ...fields: string[]) => {
    return (text: string) => found((row) => fields.map((field) => read(field)(row)), text)
  }
  const ruleMembers = (read: (field: string) => (row: number) => unknown, table: Table): FilterMembers => ({
    severity: (words: Words) => oneOf(read('severity'), words),
    enabled: (wanted: boolean) => isSo(read('enabled'), wanted),
    hasAutoRemediation: (wanted: boolean) => isSo(read('hasAutoRemediation'), wanted),
    frameworkCategory: (ids: Words) =>
      ids.length === 0 ? null : (row) => frameworkIds(table.node(row)).some((id) => ids.includes(id)),
  })
  const linked = (ids: Words) => {
    const projects = projectRows(estate, ids)
    return (row: number) => {
      const plan = estate.accountPlans[row]
      return plan?.projects.some((project) => estate.projectSets.reaches(project, projects)) ?? false
    }
  }
  const projects = listing(
    estate.projects,
    (read) => ({
      search: search(read, 'name', 'slug'),
      includeArchived: (wanted: boolean) => (wanted ? null : isSo(read('archived'), false)),
      impact: (words: Words) => oneOf((row) => (read('riskProfile')(row) as Node).businessImpact, words),
      root: (wanted: boolean) => isSo((row) => read('nestingLevel')(row) === 0, wanted),
    }),
    {
      orders: { SECURITY_SCORE: 'SECURITY_SCORE' },
      visible: ({ projectIds }) => {
        if (!projectIds) return null
        const allowed = projectRows(estate, projectIds)
        return (row) => estate.projectSets.reaches(row, allowed)
      },
    },
  )
  return {
    projects: {
      ...projects,
      select: (filter) => projects.select({ ...filter, includeArchived: filter?.includeArchived ?? false }),
    },
    controls: listing(
      estate.controls,
      (read) => ({
        search: search(read, 'id', 'name'),
        project: (ids: Words) =>
          ids.length === 0 || ids.includes('*')
            ? null
            : oneOf((row) => (read('scopeProject')(row) as Node | null)?.id, ids),
        type: (words: Words) => oneOf(read('type'), words),
        ...ruleMembers(read, estate.controls),
      }),
      { orders: { NAME: 'NAME', SEVERITY: 'SEVERITY' } },
    ),
    cloudConfigurationRules: listing(
      estate.cloudRules,
      (read) => ({
        search: search(read, 'shortId', 'name'),
        cloudProvider: (words: Words) => oneOf(read('cloudProvider'), words),
        serviceType: (words: Words) => oneOf(read('serviceType'), words),
        matcherType: () => {
          throw new FilterRefused('filter "matcherType" is not supported')
        },
        supportsNRT: (wanted: boolean) => isSo(read('supportsNRT'), wanted),
        createdByType: () => {
          throw new FilterRefused('filter "createdByType" is not supported')
        },
        scopeAccountIds: (ids: Words) =>
          ids.length === 0
            ? null
            : (row) => ((read('scopeAccounts')(row) ?? []) as Node[]).some(({ id }) => ids.includes(id)),
        targetNativeType: (words: Words) => anyOf(read('targetNativeTypes'), words),
        ...ruleMembers(read, estate.cloudRules),
      }),
      { orders: { NAME: 'NAME', SEVERITY: 'SEVERITY' } },
    ),
    securityFrameworks: listing(
      estate.frameworkTable,
      (read) => ({
        search: search(read, 'name'),
        enabled: (wanted: boolean) => isSo(read('enabled'), wanted),
        policyTypes: (words: Words) => anyOf(read('policyTypes'), words),
      }),
      { orders: { NAME: 'NAME' } },
    ),
    technologies: listing(estate.technologyTable, (read) => ({ search: search(read, 'name') }), {
      orders: { NAME: 'NAME' },
    }),
    cloudAccounts: listing(
      estate.accounts,
      (read) => ({
        search: search(read, 'name', 'externalId'),
        cloudProvider: (words: Words) => oneOf(read('cloudProvider'), words),
        status: (words: Words) => oneOf(read('status'), words),
        projectId: (ids: Words) => (ids.length === 0 || ids.includes('*') ? null : linked(ids)),
      }),
      {
        orders: { NAME: 'NAME' },
        visible: ({ projectIds }) => (projectIds ? linked(projectIds) : null),
      },
    ),
    users: listing(estate.users, (read) => ({
      authProviderTypeV2: (words: Words) => oneOf(read('identityProviderTypeV2'), words),
      search: search(read, 'name', 'email'),
    })),
    serviceAccounts: listing(estate.serviceAccounts, (read) => ({
      name: search(read, 'name'),
      source: (words: Words) => oneOf(read('authenticationSource'), words),
      type: (words: Words) => oneOf(read('type'), words),
    })),
    auditLogEntries: listing(
      audit.table,
      () => ({
        status: (words: Words) => oneOfWords(audit.status, words),
        userType: (words: Words) =>
          allOf([oneOf((row) => (audit.byUser(row) ? 'USER_ACCOUNT' : 'SERVICE_ACCOUNT'), words)]),
        timestamp: (date: DateFilter) => within((row) => audit.timestamp.at(row), date, estate.now()),
        action: (words: Words) => oneOf((row) => audit.action(row), words),
      }),
      { ordering: () => ({ by: 'TIMESTAMP', direction: 'DESC' }) },
    ),
  }
}
