import type { ServerResponse } from 'node:http'
import type { Answer, ErrorEntry } from '../answer.ts'
import type { RootField } from '../operation.ts'

/** The doors of the simulator at which something can go wrong. */
export type Endpoint = 'token' | 'graphql' | 'download' | 'upload'

/** A root field of the document being answered. */
export interface RootCall extends RootField {
  /** Which page of its walk this is, from 1. */
  page: number
}

/** A call as far as faults need to know it. */
export interface Call {
  endpoint: Endpoint
  account: string | null
  mutation: boolean
  roots: readonly RootCall[]
  /** Same server under another host name: where redirects lead. */
  otherOrigin: string
  /** Resolves after the time, rejects when the client has gone. */
  wait(ms: number): Promise<void>
  /** Makes the token of this call worthless. */
  revokeToken(): void
}

/** A token request with good credentials. */
export interface TokenCall extends Call {
  /** The request body as it came, secret included. */
  form: string
  /** Answers a token, differing from the normal one as told. */
  issue(differently: { dc?: string; seconds?: number; opaque?: boolean }): Promise<Answer>
}

/** An executed result, about to be spoilt. */
export interface Result {
  data?: Record<string, unknown> | null
  errors?: unknown[]
}

/** One root of a result, and what a fault may do to it. */
export interface Target<P> {
  result: Result
  root: RootCall
  value: unknown
  params: P
  /** Last node of the page before, where it is still known. */
  previousNode: unknown
  /** Origin of the simulator. */
  call: Call
}

interface Declaration<P> {
  /** One sentence: what the client sees. */
  about: string
  /** Parameters and their defaults. */
  params: P
  /** The words a parameter may be, where not every text will do. */
  choices?: Readonly<Record<string, readonly string[]>>
  /** How often it happens when a spec does not say; without limit if absent. */
  times?: number
  /** Once it has happened on page n it happens on every page. */
  latches?: boolean
  /** Where it can happen; the first is the default. GraphQL if absent. */
  endpoints?: readonly Endpoint[]
}

/** Goes wrong when a token is asked for with good credentials. */
export interface TokenFault<P = Record<string, unknown>> extends Declaration<P> {
  applies: 'token'
  answer(call: TokenCall, params: P): Promise<Answer> | Answer
}

/** Goes wrong around the answer: it is replaced (`answer`) or delivered badly (`deliver`). */
export interface TransportFault<P = Record<string, unknown>> extends Declaration<P> {
  applies: 'transport'
  /** Whether a call, or its root, can show the fault. */
  suits?(call: Call, root: RootCall | undefined, params: P): boolean
  /** Answers instead of the API; undefined lets the call go on. */
  answer?(call: Call, params: P): Promise<Answer | undefined> | Answer | undefined
  /** Delivers the true answer in a bad way. */
  deliver?(response: ServerResponse, answer: Answer, call: Call, params: P): Promise<void>
}

/** Goes wrong inside the executed result. */
export interface ResponseFault<P = Record<string, unknown>> extends Declaration<P> {
  applies: 'response'
  /** Whether a root's value can show the fault; by default any object can. */
  suits?(value: unknown, root: RootCall, params: P): boolean
  tamper(target: Target<P>): void
}

/** Anything that can go wrong, declared once. */
export type Fault = TokenFault | TransportFault | ResponseFault

/** Declares a fault at the token endpoint. */
export const tokenFault = <P extends Record<string, unknown>>(
  fault: Omit<TokenFault<P>, 'applies'>,
): TokenFault<P> => ({
  applies: 'token',
  ...fault,
})

/** Declares a fault around answers. */
export const transportFault = <P extends Record<string, unknown>>(
  fault: Omit<TransportFault<P>, 'applies'>,
): TransportFault<P> => ({ applies: 'transport', ...fault })

/** Declares a fault inside results. */
export const responseFault = <P extends Record<string, unknown>>(
  fault: Omit<ResponseFault<P>, 'applies'>,
): ResponseFault<P> => ({ applies: 'response', ...fault })

/** Adds an error to a result. */
export function addError(result: Result, entry: ErrorEntry): void {
  result.errors = [...(result.errors ?? []), entry]
}
