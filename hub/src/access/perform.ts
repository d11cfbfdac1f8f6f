import type { z } from 'zod'
import type { App } from '../app.ts'
import { codeOf, outcomeOf, Refused } from '../errors.ts'
import { type Caller, mayDo, type Operation } from '../operations/operation.ts'
import { audit } from './audit.ts'
import type { AuditOutcome } from './tables.ts'

/** Who asks, from where. */
interface Asking {
  app: App
  caller: Caller
  signal: AbortSignal
  /** The network address of the caller, where there is one. */
  address?: string | undefined
}

/** Runs an operation for a caller who may ask for it, and writes to the audit log what it changes. */
export async function perform(operation: Operation, asking: Asking, input: Record<string, unknown>): Promise<unknown> {
  const result = await attempt(operation, asking, input).catch(async (error: unknown) => {
    const outcome = outcomeOf(error).status < 500 ? 'refused' : 'failed'
    await record(operation, asking, input, outcome, { error: codeOf(error) })
    throw error
  })
  await record(operation, asking, input, 'done', result)
  return result
}

async function attempt(operation: Operation, asking: Asking, input: Record<string, unknown>): Promise<unknown> {
  const { app, caller, signal } = asking
  refuse(operation, caller)
  const parsed = operation.input.safeParse(input)
  if (!parsed.success) throw badInput(parsed.error)
  return operation.output.parse(await operation.run({ app, caller, signal }, parsed.data))
}

function refuse(operation: Operation, caller: Caller): void {
  if (!mayDo(caller.role, operation.access)) {
    const sentence = `${operation.name} needs the role ${operation.access}, and yours is ${caller.role}. Ask an administrator.`
    throw new Refused('not-allowed', sentence, { details: { needs: operation.access } })
  }
  // Connections, runs and plans hold objects of all projects: what is done to one of them is done to all its projects.
  if (caller.projectIds && !operation.http.startsWith('GET ') && !operation.withinProjects) {
    const sentence = `You are limited to certain Wiz projects, and ${operation.name} reaches beyond them. Ask an administrator.`
    throw new Refused('not-allowed', sentence)
  }
}

/** What is wrong with an input, in one sentence, with all of it in the details. */
function badInput(error: z.ZodError): Refused {
  const problems = error.issues.map(({ path, message }) => ({ input: path.join('.'), problem: message }))
  const [first] = problems
  const sentence = `${first?.input ? `The input "${first.input}" is not right: ` : ''}${first?.problem ?? 'Bad input'}.`
  return new Refused('bad-input', sentence.replace(/\.\.$/, '.'), { details: { problems } })
}

async function record(
  operation: Operation,
  { app, caller, address }: Asking,
  input: Record<string, unknown>,
  outcome: AuditOutcome,
  result: unknown,
): Promise<void> {
  if (!operation.audit) return
  const secrets = operation.secrets ?? []
  const shown = Object.entries(input).filter(([name]) => !secrets.includes(name))
  const error = outcome === 'done' ? {} : { error: property(result, 'error') }
  await audit(app.store, {
    actor: caller.name,
    action: operation.name,
    target: targetOf(operation, input, result),
    outcome,
    address,
    details: { input: Object.fromEntries(shown), ...error },
  })
}

// What the path or the command line names first, else what was made.
function targetOf(operation: Operation, input: Record<string, unknown>, result: unknown): string | undefined {
  const name = /:(\w+)/.exec(operation.http)?.[1] ?? operation.args?.[0] ?? 'id'
  const target = input[name] ?? property(result, 'id')
  return typeof target === 'string' || typeof target === 'number' ? String(target) : undefined
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
