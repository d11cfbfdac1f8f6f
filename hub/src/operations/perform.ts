import { audit } from '../access/audit.ts'
import { audited } from '../access/audited.ts'
import { type Caller, mayDo } from '../access/caller.ts'
import type { App } from '../app.ts'
import { codeOf, Refused } from '../errors.ts'
import { acceptInput } from './accept-input.ts'
import type { Operation } from './operation.ts'
import { hideTotals } from './totals.ts'

/** Who asks, from where. */
interface Asking {
  app: App
  caller: Caller
  signal: AbortSignal
  /** The network address of the caller, where there is one. */
  address?: string | undefined
}

/** Runs an operation for a caller who may ask for it; what changes something is in the audit log before it is done. */
export async function perform(operation: Operation, asking: Asking, input: Record<string, unknown>): Promise<unknown> {
  const { app, caller, signal, address } = asking
  const intent = {
    actor: caller.name,
    action: operation.name,
    target: targetOf(operation, input),
    address,
    details: { input: withoutSecrets(operation, input) },
  }
  let accepted: Record<string, unknown>
  try {
    refuse(operation, caller)
    accepted = acceptInput(operation, input)
  } catch (error) {
    const details = { ...intent.details, error: codeOf(error) }
    if (operation.audit) await audit(app.store, { ...intent, outcome: 'refused', details })
    throw error
  }
  const run = async () => {
    const answer = operation.output.parse(await operation.run({ app, caller, signal }, accepted))
    return hideTotals(operation.output, answer, caller)
  }
  if (!operation.audit) return run()
  return audited(app, intent, run, (result) => targetOf(operation, input, result))
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

function withoutSecrets({ secrets = [] }: Operation, input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !secrets.includes(name)))
}

// What the path or the command line names first, else what was made.
function targetOf(operation: Operation, input: Record<string, unknown>, result?: unknown): string | undefined {
  const name = /:(\w+)/.exec(operation.http)?.[1] ?? operation.args?.[0] ?? 'id'
  const target = input[name] ?? property(result, 'id')
  return typeof target === 'string' || typeof target === 'number' ? String(target) : undefined
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
