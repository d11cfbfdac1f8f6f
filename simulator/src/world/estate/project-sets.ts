/** The sets of projects resources belong to, each kept once. */
export class ProjectSets {
  private readonly sets: number[][] = [[]]
  private readonly known = new Map<string, number>([['', 0]])
  private readonly above: (project: number) => readonly number[]

  /** `above` names the folders of a project: who is in a project is in its folders too. */
  constructor(above: (project: number) => readonly number[]) {
    this.above = above
  }

  /** The number of the set of these projects and their folders; 0 is the empty set. */
  intern(projects: readonly number[]): number {
    const all = [...new Set(projects.flatMap((project) => [project, ...this.above(project)]))].sort((a, b) => a - b)
    const key = all.join(',')
    let set = this.known.get(key)
    if (set === undefined) {
      set = this.sets.push(all) - 1
      this.known.set(key, set)
    }
    return set
  }

  members(set: number): readonly number[] {
    return this.sets[set] ?? []
  }

  /** Tells of a set whether it holds any of the given projects. */
  touching(projects: ReadonlySet<number>): (set: number) => boolean {
    const answers: boolean[] = []
    return (set) => (answers[set] ??= this.members(set).some((project) => projects.has(project)))
  }

  /** Whether a project, or a folder it sits in, is one of the given ones. */
  reaches(project: number, projects: ReadonlySet<number>): boolean {
    return projects.has(project) || this.above(project).some((folder) => projects.has(folder))
  }
}
