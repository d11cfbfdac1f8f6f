import type { Account } from '../account.ts'
import type { Estate } from '../estate/estate.ts'
import type { Resources } from '../estate/resources.ts'
import type { RowTest } from './row-test.ts'

/** Rows of projects with these ids; ids that exist nowhere match nothing. */
export function projectRows(estate: Estate, ids: readonly string[]): ReadonlySet<number> {
  return new Set(ids.map((id) => estate.projects.row(id)).filter((row) => row >= 0))
}

/** Whether the resource behind a row is in any of some projects. */
export function inProjects(
  estate: Estate,
  resources: Resources,
  resourceOf: (row: number) => number,
  ids: readonly string[],
): RowTest {
  const touches = estate.projectSets.touching(projectRows(estate, ids))
  return (row) => touches(resources.set(resourceOf(row)))
}

/** What an account limited to projects sees of rows that belong to a resource. */
export function projectVisibility(
  estate: Estate,
  resources: Resources,
  resourceOf: (row: number) => number,
): (account: Account) => RowTest | null {
  return ({ projectIds }) => (projectIds ? inProjects(estate, resources, resourceOf, projectIds) : null)
}

/** Whether the account behind a row's resource has one of some ids. */
export function inAccounts(
  estate: Estate,
  resources: Resources,
  resourceOf: (row: number) => number,
  ids: readonly string[],
): RowTest | null {
  if (ids.length === 0) return null
  const accounts = new Set(ids.map((id) => estate.accounts.row(id)).filter((row) => row >= 0))
  return (row) => accounts.has(resources.account(resourceOf(row)))
}
