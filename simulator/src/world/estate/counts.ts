import type { Issues } from '../kinds/issues.ts'
import type { Estate } from './estate.ts'
import type { Resources } from './resources.ts'

type Numbers = Record<string, number>

const severityFields = [
  'informationalSeverityCount',
  'lowSeverityCount',
  'mediumSeverityCount',
  'highSeverityCount',
  'criticalSeverityCount',
] as const

const noIssues = (): Numbers => ({ issueCount: 0, ...Object.fromEntries(severityFields.map((field) => [field, 0])) })

/** Sums over the whole estate, made when asked and kept until something changes. */
export class Counts {
  private readonly estate: Estate
  private readonly resources: Resources
  private readonly issues: Issues
  private projects: { version: number; numbers: Numbers[] } = { version: -1, numbers: [] }
  private accounts: { version: number; numbers: { resources: number; containers: number; machines: number }[] } = {
    version: -1,
    numbers: [],
  }
  private issueNumbers: { version: number; numbers: Numbers[] } = { version: -1, numbers: [] }

  constructor(estate: Estate, resources: Resources, issues: Issues) {
    this.estate = estate
    this.resources = resources
    this.issues = issues
  }

  ofProject(project: number): Numbers {
    const { table } = this.resources
    if (this.projects.version !== table.version) {
      const numbers = this.estate.projectPlans.map((_, index) => this.emptyProject(index))
      for (const row of table.liveRows()) {
        if (this.resources.isGone(row)) continue
        const { type, workload } = this.resources.kindOf(row)
        for (const member of this.estate.projectSets.members(this.resources.set(row))) {
          const sums = numbers[member] as Numbers
          sums.entityCount = (sums.entityCount ?? 0) + 1
          if (workload) sums.workloadCount = (sums.workloadCount ?? 0) + 1
          if (type === 'REPOSITORY') sums.repositoryCount = (sums.repositoryCount ?? 0) + 1
          if (type === 'KUBERNETES_CLUSTER') sums.kubernetesClusterCount = (sums.kubernetesClusterCount ?? 0) + 1
        }
      }
      this.projects = { version: table.version, numbers }
    }
    return this.projects.numbers[project] ?? {}
  }

  ofAccount(account: number): { resources: number; containers: number; machines: number } {
    const { table } = this.resources
    if (this.accounts.version !== table.version) {
      const numbers = this.estate.accountPlans.map(() => ({ resources: 0, containers: 0, machines: 0 }))
      for (const row of table.liveRows()) {
        const sums = numbers[this.resources.account(row)]
        if (!sums || this.resources.isGone(row)) continue
        const type = this.resources.typeOf(row)
        sums.resources++
        if (type === 'CONTAINER') sums.containers++
        if (type === 'VIRTUAL_MACHINE') sums.machines++
      }
      this.accounts = { version: table.version, numbers }
    }
    return this.accounts.numbers[account] ?? { resources: 0, containers: 0, machines: 0 }
  }

  issuesOfProject(project: number): Numbers {
    const { table } = this.issues
    if (this.issueNumbers.version !== table.version) {
      const numbers = this.estate.projectPlans.map(noIssues)
      for (const row of table.liveRows()) {
        if (!this.issues.isOpen(row)) continue
        for (const member of this.estate.projectSets.members(this.resources.set(this.issues.resource(row)))) {
          this.count(numbers[member] as Numbers, row)
        }
      }
      this.issueNumbers = { version: table.version, numbers }
    }
    return this.issueNumbers.numbers[project] ?? noIssues()
  }

  issuesOfResource(resource: number): Numbers {
    const sums = noIssues()
    for (const row of this.issues.onResource.of(resource)) {
      if (this.issues.table.isLive(row) && this.issues.isOpen(row)) this.count(sums, row)
    }
    return sums
  }

  /** Rank of the worst open issue on a resource, 0 without any. */
  worstIssue(resource: number): number {
    let worst = 0
    for (const row of this.issues.onResource.of(resource)) {
      if (this.issues.table.isLive(row) && this.issues.isOpen(row)) {
        worst = Math.max(worst, 1 + this.issues.severity.column.at(row))
      }
    }
    return worst
  }

  /** Moves with every change of an issue. */
  issueVersion(): number {
    return this.issues.table.version
  }

  private count(sums: Numbers, issue: number): void {
    const field = severityFields[this.issues.severity.column.at(issue)]
    sums.issueCount = (sums.issueCount ?? 0) + 1
    if (field) sums[field] = (sums[field] ?? 0) + 1
  }

  private emptyProject(index: number): Numbers {
    const linked = this.estate.accountPlans.filter(({ projects }) =>
      projects.some((project) => this.estate.projectSets.reaches(project, new Set([index]))),
    )
    return {
      cloudAccountCount: linked.length,
      cloudOrganizationCount: new Set(linked.map(({ organization }) => organization)).size,
      technologyCount: 5 + ((index * 7) % 40),
      entityCount: 0,
      workloadCount: 0,
      repositoryCount: 0,
      kubernetesClusterCount: 0,
    }
  }
}
