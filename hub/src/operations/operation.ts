import type { z } from 'zod'
import type { Caller, Role } from '../access/caller.ts'
import type { App } from '../app.ts'

/** What an operation is given besides its input. */
export interface OperationContext {
  readonly app: App
  readonly caller: Caller
  readonly signal: AbortSignal
}

/** Something that can be asked of the product; routes, commands, documentation and clients derive from the list of these. */
export interface Operation<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> {
  /** `<resource>.<verb>`, e.g. `connections.create`. */
  readonly name: string
  /** One sentence for the help text and the API documentation. */
  readonly about: string
  /** The least role that may ask. */
  readonly access: Role
  /** It changes something, so it is written to the audit log. */
  readonly audit?: boolean
  /** It does more than read, and yet is open to callers who are limited to Wiz projects: it keeps to their limits itself. */
  readonly withinProjects?: boolean
  /** Method and path below /api/v1; `:names` are inputs. */
  readonly http: `${'GET' | 'POST' | 'PATCH' | 'DELETE'} /${string}`
  /** Inputs that stand without a flag on the command line, in order. */
  readonly args?: readonly string[]
  /** Inputs that are secret: read from standard input on the command line, never shown. */
  readonly secrets?: readonly string[]
  /** The columns of a table of the answer, for people. */
  readonly columns?: readonly string[]
  /** Command lines for the help text, without the name of the program. */
  readonly examples?: readonly string[]
  /** The answer is a `TextStream`, because it can be larger than memory. */
  readonly streams?: boolean
  readonly input: I
  readonly output: O
  run(context: OperationContext, input: z.output<I>): Promise<z.input<O>>
}

/** Declares an operation. */
export function operation<I extends z.ZodObject, O extends z.ZodType>(declaration: Operation<I, O>): Operation<I, O> {
  return declaration
}
