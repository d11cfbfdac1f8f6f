import { mix, pick } from '../chance/hash.ts'
import { uuidOf } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'

/** One line per project: depth (two blanks each), `/` for folders, `!` for archived ones. */
const tree = `
Commerce/
  Checkout
  Catalog
  Pricing
  Commerce EU/
    Checkout EU
    Returns EU
  Legacy Checkout!
Platform/
  Kubernetes Base
  Networking
  CI Runners
  Identity
  Observability
Data/
  Warehouse
  Streaming
  Machine Learning
  Old Data Lake!
Corporate IT/
  Office Systems
  People Systems
  Endpoint Fleet
Research/
  Sandbox
  Notebooks
Shared Services
Acquired Estate "2024" <b>temp</b>
Decommissioned/!
  Mainframe Bridge!
`

/** A project before it becomes a node. */
export interface ProjectPlan {
  name: string
  folder: boolean
  archived: boolean
  /** Index of the folder it sits in, -1 at the top. */
  parent: number
}

/** Projects in the order of the tree, parents first; further copies of the tree make a big estate. */
export function planProjects(trees: number): ProjectPlan[] {
  const plans: ProjectPlan[] = []
  for (let copy = 0; copy < trees; copy++) {
    const path: number[] = []
    for (const line of tree.split('\n').filter(Boolean)) {
      const depth = (line.length - line.trimStart().length) / 2
      const text = line.trim()
      const archived = text.endsWith('!')
      const folder = text.replace('!', '').endsWith('/')
      const name = text.replace(/\/?!?$/, '') + (copy === 0 ? '' : ` ${copy + 1}`)
      path.length = depth
      path.push(plans.length)
      plans.push({ name, folder, archived, parent: path[depth - 1] ?? -1 })
    }
  }
  return plans
}

/** Indexes of the folders above a project, outermost first. */
export function ancestorsOf(plans: readonly ProjectPlan[], index: number): number[] {
  const above: number[] = []
  for (let at = plans[index]?.parent ?? -1; at >= 0; at = plans[at]?.parent ?? -1) above.unshift(at)
  return above
}

/** Counts of a project, read when they are asked for. */
type ProjectCounts = (index: number) => Record<string, number>

const answers = ['YES', 'NO', 'UNKNOWN'] as const

/** Project nodes; `issues`, `counts` and `accountLinks` are asked when a client selects them. */
export function makeProjects(
  seed: number,
  plans: readonly ProjectPlan[],
  users: readonly Node[],
  counts: ProjectCounts,
  issues: ProjectCounts,
  accountLinks: (index: number) => Record<string, unknown>[],
): Node[] {
  const key = mix(seed, 0x70726f6a)
  const nodes: Node[] = []
  for (const [index, plan] of plans.entries()) {
    const roll = (purpose: number) => mix(mix(key, index), purpose)
    const answer = (purpose: number) => pick(roll(purpose), answers)
    const above = ancestorsOf(plans, index)
    const counted = (name: string) => () => counts(index)[name] ?? 0
    nodes.push({
      id: uuidOf(key, index),
      name: plan.name,
      slug: `${plan.name
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replaceAll(/^-|-$/g, '')}-${index}`,
      isFolder: plan.folder,
      archived: plan.archived,
      businessUnit: roll(1) % 3 === 0 ? (plans[above[0] ?? index]?.name ?? '') : '',
      description: roll(2) % 4 === 0 ? null : `Everything that belongs to ${plan.name}.`,
      identifiers: roll(3) % 3 === 0 ? [`CC-${1000 + index}`] : [],
      riskProfile: {
        businessImpact: pick(roll(4), ['LBI', 'MBI', 'MBI', 'HBI'] as const),
        isActivelyDeveloped: answer(5),
        hasAuthentication: answer(6),
        hasExposedAPI: answer(7),
        isInternetFacing: answer(8),
        isCustomerFacing: answer(9),
        isRegulated: answer(10),
        storesData: answer(11),
        regulatoryStandards: roll(12) % 3 === 0 ? ['ISO_27001', 'PCI_DSS'] : [],
        sensitiveDataTypes: roll(13) % 3 === 0 ? ['PII'] : [],
      },
      projectOwners: roll(14) % 4 === 0 ? [] : [pick(roll(15), users)],
      securityChampions: roll(16) % 2 === 0 ? [] : [pick(roll(17), users)],
      ancestorProjects: above.length === 0 ? null : above.map((at) => nodes[at] as Node),
      nestingLevel: above.length,
      childProjectCount: plans.filter((other) => other.parent === index).length,
      cloudAccountCount: counted('cloudAccountCount'),
      cloudOrganizationCount: counted('cloudOrganizationCount'),
      kubernetesClusterCount: counted('kubernetesClusterCount'),
      repositoryCount: counted('repositoryCount'),
      workloadCount: counted('workloadCount'),
      entityCount: counted('entityCount'),
      technologyCount: counted('technologyCount'),
      teamMemberCount: roll(18) % 12,
      securityScore: (roll(19) % 1000) / 10,
      resourceTagLinks:
        roll(20) % 3 === 0 ? [{ environment: 'PRODUCTION', resourceTags: [{ key: 'project', value: plan.name }] }] : [],
      cloudAccountLinks: () => accountLinks(index),
      issueAnalytics: () => ({ ...issues(index), scopeSize: counts(index).entityCount ?? 0 }),
    })
  }
  return nodes
}
