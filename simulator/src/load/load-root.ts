/** How one root field is served in bulk: which filters it takes, and which fields differ from row to row. */
export interface LoadRoot {
  /** Filter on the time of creation, and the node fields that show it. */
  created: { filter: string; fields: readonly string[] }
  /** Filter on the time of change, which also orders by it, and the node fields that show it. */
  changed: { filter: string; fields: readonly string[] }
  severities: readonly string[]
  statuses: readonly string[]
}

const STATUSES = ['OPEN', 'IN_PROGRESS', 'RESOLVED', 'REJECTED']

/** The root fields that load mode can serve. */
export const LOAD_ROOTS = {
  issuesV2: {
    created: { filter: 'createdAt', fields: ['createdAt'] },
    changed: { filter: 'statusChangedAt', fields: ['statusChangedAt', 'updatedAt'] },
    severities: ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'],
    statuses: STATUSES,
  },
  vulnerabilityFindings: {
    created: { filter: 'firstSeenAt', fields: ['firstDetectedAt'] },
    changed: { filter: 'updatedAt', fields: ['updatedAt', 'lastDetectedAt'] },
    severities: ['NONE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'],
    statuses: STATUSES,
  },
} satisfies Record<string, LoadRoot>

/** Name of a root field that load mode can serve. */
export type LoadRootName = keyof typeof LOAD_ROOTS

/** Narrows a name to one that load mode can serve. */
export function isLoadRoot(name: string): name is LoadRootName {
  return Object.hasOwn(LOAD_ROOTS, name)
}
