import type { App } from '../app.ts'
import { codeOf, outcomeOf } from '../errors.ts'
import { type AuditEntry, audit } from './audit.ts'

/** What is about to be done, as far as that is known before. */
type Intent = Omit<AuditEntry, 'outcome' | 'settles'>

/**
 * Does something that the audit log must not miss.
 *
 * That it was begun is an entry of its own, written before: where the process dies in between, it stands there with its
 * outcome unknown. Where it cannot be written, nothing is done.
 */
export async function audited<T>(
  { store, log }: Pick<App, 'store' | 'log'>,
  intent: Intent,
  work: () => Promise<T>,
  targetOf: (result: T) => string | undefined = () => intent.target,
): Promise<T> {
  const settles = await audit(store, { ...intent, outcome: 'begun' })
  const settle = async (entry: Omit<AuditEntry, 'actor' | 'action'>) => {
    // What was done is done: whoever asked for it hears of it, also when the log only knows that it was begun.
    await audit(store, { ...intent, ...entry, settles }).catch((error: unknown) => {
      log.error({ err: error, seq: settles, action: intent.action }, 'the outcome is missing in the audit log')
    })
  }
  let result: T
  try {
    result = await work()
  } catch (error) {
    const outcome = outcomeOf(error).status < 500 ? 'refused' : 'failed'
    await settle({ outcome, details: { ...intent.details, error: codeOf(error) } })
    throw error
  }
  await settle({ outcome: 'done', target: targetOf(result) })
  return result
}
