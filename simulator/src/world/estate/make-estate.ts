import { accountLinksOf, makeAccounts, makeOrganizations, planAccounts } from '../catalog/cloud-accounts.ts'
import { makeFrameworks } from '../catalog/frameworks.ts'
import { makeServiceAccounts, makeUsers } from '../catalog/people.ts'
import { ancestorsOf, makeProjects, type ProjectPlan, planProjects } from '../catalog/projects.ts'
import { makeRules } from '../catalog/rules.ts'
import { makeTechnologies } from '../catalog/technologies.ts'
import { mix, pick } from '../chance/hash.ts'
import { uuidOf } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import { catalog } from '../table/catalog.ts'
import type { Table } from '../table/table.ts'
import { formatTimestamp, type Micros } from '../time/timestamp.ts'
import type { Counts } from './counts.ts'
import type { Estate } from './estate.ts'
import { ProjectSets } from './project-sets.ts'

const severityRank = (node: Node) =>
  ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].indexOf(String(node.severity))

/** What the estate is made from; `counts` is asked only once the world is complete. */
interface EstatePlan {
  seed: number
  issues: number
  start: Micros
  now(): Micros
  changed: Estate['changed']
  counts(): Counts
  threatDetails: Estate['threatDetails']
}

/** Makes everything that rows stand on: people, accounts, projects, rules, frameworks, technologies. */
export function makeEstate(plan: EstatePlan): Estate {
  const { seed, start, now, changed, counts } = plan
  const frameworks = makeFrameworks(seed)
  const technologies = makeTechnologies(seed)
  const userNodes = makeUsers(seed, start)
  const rules = makeRules(seed, start, frameworks, userNodes)
  const projectPlans = planProjects(Math.min(8, 1 + Math.floor(plan.issues / 40_000)))
  const linkable = projectPlans.flatMap(({ folder, archived }, index) => (folder || archived ? [] : [index]))
  const accountPlans = planAccounts(seed, Math.min(400, 16 + Math.floor(plan.issues / 5000)), linkable)
  const projectNodes = makeProjects(
    seed,
    projectPlans,
    userNodes,
    (index) => counts().ofProject(index),
    (index) => counts().issuesOfProject(index),
    (index) => accountLinksOf(accountPlans, accountNodes, index),
  )
  const accountNodes: Node[] = makeAccounts(seed, accountPlans, projectNodes, now, (index) => counts().ofAccount(index))

  /** A later copy of an earlier node, under a name and id of its own. */
  const another = (nodes: readonly Node[], kind: string, row: number, more: Record<string, unknown> = {}): Node => ({
    ...(pick(mix(seed, row), nodes) as Node),
    id: uuidOf(mix(seed, 0x616e6f74 ^ kind.length), row),
    name: `Added ${kind} ${row + 1}`,
    createdAt: formatTimestamp(now()),
    ...more,
  })
  const make = (
    kind: string,
    nodes: readonly Node[],
    more: (row: number) => Record<string, unknown>,
    orders = {},
  ): Table => catalog({ kind, seed, now, nodes, changed, orders, make: (row) => another(nodes, kind, row, more(row)) })
  const byName = { NAME: (node: Node) => String(node.name) }
  const none = () => ({})

  return {
    seed,
    start,
    now,
    changed,
    users: make('users', userNodes, none),
    serviceAccounts: make('serviceAccounts', makeServiceAccounts(seed, start), none),
    organizations: makeOrganizations(seed),
    accountPlans,
    accounts: make('cloudAccounts', accountNodes, (row) => addAccount(accountPlans, row), byName),
    projectPlans,
    projects: make('projects', projectNodes, (row) => addProject(projectPlans, row), {
      SECURITY_SCORE: (node: Node) => Number(node.securityScore),
    }),
    projectSets: new ProjectSets((project) => ancestorsOf(projectPlans, project)),
    frameworks,
    frameworkTable: make('securityFrameworks', frameworks.frameworks, (row) => ({ id: `wf-id-${9000 + row}` }), byName),
    technologies,
    technologyTable: make('technologies', technologies.nodes, (row) => ({ id: String(90_000 + row) }), byName),
    rules,
    controls: make('controls', rules.controls, (row) => ({ id: `wc-id-${90_000 + row}` }), {
      ...byName,
      SEVERITY: severityRank,
    }),
    cloudRules: make('cloudConfigurationRules', rules.cloudRules, none, { ...byName, SEVERITY: severityRank }),
    issueCounts: (resource) => counts().issuesOfResource(resource),
    worstIssue: (resource) => counts().worstIssue(resource),
    issueVersion: () => counts().issueVersion(),
    threatDetails: plan.threatDetails,
  }
}

function addAccount(plans: ReturnType<typeof planAccounts>, row: number): Record<string, unknown> {
  const externalId = String(100_000_000_000 + row)
  plans[row] = { provider: 'AWS', name: `added-${row}`, externalId, organization: 0, projects: [] }
  return { externalId, cloudProvider: 'AWS', linkedProjects: [] }
}

function addProject(plans: ProjectPlan[], row: number): Record<string, unknown> {
  plans[row] = { name: `Added projects ${row + 1}`, folder: false, archived: false, parent: -1 }
  return {
    slug: `added-${row}`,
    isFolder: false,
    archived: false,
    ancestorProjects: null,
    cloudAccountLinks: [],
    nestingLevel: 0,
    childProjectCount: 0,
  }
}
