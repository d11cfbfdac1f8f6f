import { codeOf, Retriable } from '../errors.ts'

// Unlike the calls of a sync, these are not repeated.
const SENTENCES: Readonly<Record<string, string>> = {
  'rate-limited':
    'Wiz asks to slow down: something else uses up the limit of this service account. Try again in a minute.',
  unavailable: 'Wiz is not available right now. Try again in some minutes.',
  'no-data': 'Wiz answered without data. Try again in some minutes; if it stays, ask Wiz support.',
  'damaged-answer':
    'The answer of Wiz arrived damaged. Try again; if it stays, look at what is in between (proxy, firewall).',
  'connection-reset':
    'The connection broke before Wiz had answered. Try again; if it stays, look at what is in between (proxy, firewall).',
}

/** Whether a failure of this code passes by itself, and says nothing of the connection. */
export function isPassing(code: string): boolean {
  return code in SENTENCES || code === 'wiz-internal'
}

/** How long somebody waits for one answer; a sync has more patience. */
export const PATIENCE_MS = 45_000

/** Asks Wiz for somebody who waits: not for long, and what fails promises no repetition. */
export async function askNow<T>(
  host: string,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const patience = AbortSignal.timeout(patienceMs)
  try {
    return await ask(AbortSignal.any([signal, patience]))
  } catch (error) {
    signal.throwIfAborted()
    if (patience.aborted) {
      const sentence = `${host} did not answer within ${patienceMs / 1000} seconds: check that it is the right URL and that outgoing HTTPS to it is open, then try again.`
      throw new Retriable('timeout', sentence, { cause: error })
    }
    throw notRepeated(error)
  }
}

function notRepeated(error: unknown): unknown {
  const code = codeOf(error)
  return code in SENTENCES ? new Retriable(code, sentenceNow(code, ''), { cause: error }) : error
}

/** What went wrong, for somebody who waits: `otherwise` where it promises nothing. */
export function sentenceNow(code: string, otherwise: string): string {
  return SENTENCES[code] ?? otherwise
}
