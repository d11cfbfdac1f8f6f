import type { AccountPlan } from '../catalog/cloud-accounts.ts'
import type { Frameworks } from '../catalog/frameworks.ts'
import type { ProjectPlan } from '../catalog/projects.ts'
import type { Rules } from '../catalog/rules.ts'
import type { Technologies } from '../catalog/technologies.ts'
import type { Node } from '../collection.ts'
import type { Table, TableSpec } from '../table/table.ts'
import type { Micros } from '../time/timestamp.ts'
import type { ProjectSets } from './project-sets.ts'

/** What all rows of the world stand on: the clock, the short lists, and the way to tell of changes. */
export interface Estate {
  seed: number
  /** Time at which the world was made. */
  start: Micros
  now(): Micros
  changed: NonNullable<TableSpec['changed']>
  users: Table
  serviceAccounts: Table
  organizations: Node[]
  accountPlans: readonly AccountPlan[]
  accounts: Table
  projectPlans: readonly ProjectPlan[]
  projects: Table
  projectSets: ProjectSets
  frameworks: Frameworks
  technologies: Technologies
  technologyTable: Table
  rules: Rules
  controls: Table
  cloudRules: Table
  frameworkTable: Table
  /** Open issues on a resource by severity; set once there are issues. */
  issueCounts(resource: number): Record<string, number>
  /** Rank of the worst open issue on a resource, 0 without any. */
  worstIssue(resource: number): number
  /** Moves with every change of an issue. */
  issueVersion(): number
  /** What a threat issue is made of; set once there are detections. */
  threatDetails(issue: number): Record<string, unknown>
}
