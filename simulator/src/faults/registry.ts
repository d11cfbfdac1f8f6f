import type { Endpoint } from './fault.ts'
import { jobFaults } from './job-faults.ts'
import { pageFaults } from './page-faults.ts'
import { recordFaults } from './record-faults.ts'
import { tokenFaults } from './token-faults.ts'
import { transportFaults } from './transport-faults.ts'

/** Everything that can go wrong, by name. */
export const registry = { ...tokenFaults, ...transportFaults, ...pageFaults, ...recordFaults, ...jobFaults }

/** Name of a fault. */
export type FaultName = keyof typeof registry

/** When a fault happens; all given conditions must hold. */
export interface When {
  /** Only for this root field, by its name in the schema or its alias. */
  root?: string
  /** Only for this page of a walk, from 1. */
  page?: number
  /** Only from this page of a walk on. */
  fromPage?: number
  /** At most so often. */
  times?: number
  /** Not for the first so many calls that match. */
  after?: number
  /** Only for every so many-th call that matches. */
  every?: number
  /** Only for this client id. */
  account?: string
  /** At this door. */
  endpoint?: Endpoint
}

/** A fault to be: which, when, and its parameters. */
export type FaultSpec = { [N in FaultName]: { fault: N } & When & Partial<(typeof registry)[N]['params']> }[FaultName]

/** Names of the conditions, with the type each must have. */
export const CONDITIONS: Record<keyof When, 'string' | 'number'> = {
  root: 'string',
  page: 'number',
  fromPage: 'number',
  times: 'number',
  after: 'number',
  every: 'number',
  account: 'string',
  endpoint: 'string',
}
