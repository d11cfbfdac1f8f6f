import type { ServerResponse } from 'node:http'
import type { Answer } from '../answer.ts'
import type { Call, Endpoint, Fault, ResponseFault, Result, RootCall, TokenCall, TransportFault } from './fault.ts'
import { parseSpec } from './parse-spec.ts'
import { type FaultName, type FaultSpec, registry, type When } from './registry.ts'

/** A fault that is switched on. */
export interface ActiveFault {
  spec: FaultSpec
  /** Calls that matched so far. */
  seen: number
  /** How often it happened. */
  fired: number
}

interface Armed extends ActiveFault {
  name: FaultName
  fault: Fault
  when: When
  params: Record<string, unknown>
  endpoint: Endpoint
  limit: number
}

/** Delivers an answer in a bad way. */
export type Delivery = (response: ServerResponse, answer: Answer, call: Call) => Promise<void>

/** The faults that are switched on. */
export interface Faults {
  /** Switches faults on. */
  add(...specs: FaultSpec[]): void
  /** Switches all off. */
  clear(): void
  list(): ActiveFault[]
  /** True when a result would have to be looked into. */
  mayTamper(call: Call): boolean
  /** The answer of a fault instead of the API's; names of the faults that happened go to `happened`. */
  answerToken(call: TokenCall, happened: string[]): Promise<Answer | undefined>
  answer(call: Call, happened: string[]): Promise<Answer | undefined>
  tamper(result: Result, call: Call, previousNode: (root: RootCall) => unknown, happened: string[]): void
  delivery(call: Call, happened: string[]): Delivery | undefined
}

function arm(spec: FaultSpec): Armed {
  parseSpec(spec)
  const fault: Fault = registry[spec.fault]
  const given: Record<string, unknown> = { ...spec }
  const params = Object.fromEntries(
    Object.entries(fault.params).map(([name, standard]) => [name, given[name] ?? standard]),
  )
  const when: When = spec
  const endpoint = when.endpoint ?? fault.endpoints?.[0] ?? (fault.applies === 'token' ? 'token' : 'graphql')
  const limit = when.times ?? fault.times ?? Number.POSITIVE_INFINITY
  return { spec, name: spec.fault, fault, when, params, endpoint, limit, seen: 0, fired: 0 }
}

const isLatched = (armed: Armed) => armed.fault.latches === true && armed.fired > 0

function matchesRoot(armed: Armed, root: RootCall): boolean {
  const { when } = armed
  if (when.root !== undefined && when.root !== root.field && when.root !== root.key) return false
  if (isLatched(armed)) return true
  return (when.page === undefined || when.page === root.page) && root.page >= (when.fromPage ?? 1)
}

function matchesCall({ when, endpoint, fired, limit }: Armed, call: Call): boolean {
  return fired < limit && endpoint === call.endpoint && (when.account === undefined || when.account === call.account)
}

/** Counts a match, and tells whether the fault happens this time. */
function happens(armed: Armed): boolean {
  armed.seen += 1
  const turn = armed.seen - (armed.when.after ?? 0)
  if (!isLatched(armed) && (turn < 1 || (turn - 1) % (armed.when.every ?? 1) !== 0)) return false
  armed.fired += 1
  return true
}

function suitsTransport(armed: Armed, fault: TransportFault, call: Call): boolean {
  if (!matchesCall(armed, call)) return false
  const { root, page, fromPage } = armed.when
  const picky = root !== undefined || page !== undefined || fromPage !== undefined
  const roots: (RootCall | undefined)[] = call.roots.filter((candidate) => matchesRoot(armed, candidate))
  if (!picky && roots.length === 0) roots.push(undefined)
  return roots.some((candidate) => fault.suits?.(call, candidate, armed.params) ?? true)
}

function spoil(
  armed: Armed,
  fault: ResponseFault,
  result: Result,
  call: Call,
  previousNode: (root: RootCall) => unknown,
) {
  if (!matchesCall(armed, call)) return false
  const targets = call.roots.filter((root) => {
    const value = result.data?.[root.key]
    return value != null && matchesRoot(armed, root) && (fault.suits?.(value, root, armed.params) ?? true)
  })
  if (targets.length === 0 || !happens(armed)) return false
  for (const root of targets) {
    const { params } = armed
    fault.tamper({ result, root, value: result.data?.[root.key], params, previousNode: previousNode(root), call })
  }
  return true
}

/** Makes a switchboard of faults. */
export function createFaults(specs: readonly FaultSpec[] = []): Faults {
  let board = specs.map(arm)

  return {
    add(...more) {
      board = [...board, ...more.map(arm)]
    },
    clear() {
      board = []
    },
    list: () => board.map(({ spec, seen, fired }) => ({ spec, seen, fired })),
    mayTamper: (call) => board.some((armed) => armed.fault.applies === 'response' && matchesCall(armed, call)),

    async answerToken(call, happened) {
      for (const armed of board) {
        if (armed.fault.applies !== 'token' || !matchesCall(armed, call) || !happens(armed)) continue
        happened.push(armed.name)
        return armed.fault.answer(call, armed.params)
      }
      return undefined
    },

    async answer(call, happened) {
      for (const armed of board) {
        const { fault } = armed
        if (fault.applies !== 'transport' || !fault.answer || !suitsTransport(armed, fault, call) || !happens(armed))
          continue
        happened.push(armed.name)
        const answer = await fault.answer(call, armed.params)
        if (answer) return answer
      }
      return undefined
    },

    tamper(result, call, previousNode, happened) {
      for (const armed of board) {
        if (armed.fault.applies !== 'response') continue
        if (spoil(armed, armed.fault, result, call, previousNode)) happened.push(armed.name)
      }
    },

    delivery(call, happened) {
      for (const armed of board) {
        const { fault, params } = armed
        if (fault.applies !== 'transport' || !fault.deliver || !suitsTransport(armed, fault, call) || !happens(armed))
          continue
        happened.push(armed.name)
        return (response, answer, on) => fault.deliver?.(response, answer, on, params) ?? Promise.resolve()
      }
      return undefined
    },
  }
}
