import type { GroupRole } from '../config.ts'
import { ROLES, type Role } from './caller.ts'

/** What a person's groups allow: the strongest role, with the limits of the mappings that give it. */
export interface Entitlement {
  role: Role
  /** Null means all. */
  projectIds: string[] | null
  /** Names of connections; null means all. */
  connections: string[] | null
}

/** What these groups allow, or null when none of them was given a role. */
export function entitlementOf(groups: readonly string[], mappings: readonly GroupRole[]): Entitlement | null {
  const mine = mappings.filter(({ group }) => group === '*' || groups.includes(group))
  const role = ROLES.findLast((candidate) => mine.some((mapping) => mapping.role === candidate))
  if (!role) return null
  const strongest = mine.filter((mapping) => mapping.role === role)
  return {
    role,
    projectIds: union(strongest.map((mapping) => mapping.projectIds)),
    connections: union(strongest.map((mapping) => mapping.connections)),
  }
}

// One mapping without a limit lifts it: each mapping grants, none takes away.
function union(limits: (string[] | undefined)[]): string[] | null {
  return limits.every((limit) => limit !== undefined) ? [...new Set(limits.flat())] : null
}
