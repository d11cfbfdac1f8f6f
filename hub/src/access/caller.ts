import { Refused } from '../errors.ts'

/** What somebody may do: each role may do all that the ones before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Who asks. The command line on the machine itself acts as its owner. */
export interface Caller {
  /** For the history and the audit log, e.g. `cli:root` or `user:ada@example.com`. */
  readonly name: string
  readonly role: Role
  /** The only connections this caller may see; all of them when absent. */
  readonly connectionIds?: readonly number[]
  /** The only Wiz projects whose objects this caller may see; all of them when absent. */
  readonly projectIds?: readonly string[]
}

/** Whether a role may do what needs another one. */
export function mayDo(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

/** Whether somebody may only see certain connections or Wiz projects. */
export function isLimited({ connectionIds, projectIds }: Caller): boolean {
  return connectionIds !== undefined || projectIds !== undefined
}

/** Refuses whoever is limited: they could lift their own limits, or see what others did outside of them. */
export function refuseLimited(caller: Caller): void {
  if (isLimited(caller)) throw new Refused('not-allowed', 'Only an administrator without limits may do this. Ask one.')
}
