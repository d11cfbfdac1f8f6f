import type { FaultName, FaultSpec, Simulator } from '../../src/simulator.ts'
import { type Answered, pageOf, type Received } from '../client.ts'

/** A simulator with one fault on, and a token from before. */
export interface Scene {
  simulator: Simulator
  token: string
  /** First page of issues. */
  first(): Promise<Received>
  /** Second page of issues. */
  second(): Promise<Received>
  /** A client that waits no longer than 100 ms. */
  impatient(): Promise<Received>
}

/** How a fault is switched on, and what a client then sees. */
interface FaultRow<N extends FaultName> {
  spec: Extract<FaultSpec, { fault: N }>
  sees(scene: Scene): Promise<void>
}

/** The rows of faults; those of several files together are all of them. */
export type FaultRows = { [N in FaultName]: FaultRow<N> }

/** The code of the first error of an answer. */
export const codeOf = (answer: Received) => answer.json().errors?.[0]?.extensions.code

/** The first node of the first page of issues. */
export const firstNode = async (scene: Scene) => pageOf(await scene.first()).nodes?.[0]

/** The root of a mutation or lookup that is no page. */
export function rootOf<T>(answered: Answered, name: string): T {
  return answered.data?.[name] as T
}
