import { once } from 'node:events'
import { Fatal } from '../../errors.ts'

/** Thrown when whoever read our output has left, as `head` does. */
export class OutputClosed extends Error {}

let failure: NodeJS.ErrnoException | undefined

/** Makes a reader that leaves early an ordinary end, and a full disk an error like any other. */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    failure ??= error
  })
}

/** Writes data to standard output, as fast as it is read there. */
export async function print(text: string): Promise<void> {
  refuseBroken()
  if (!process.stdout.write(text)) {
    const settled = new AbortController()
    const { signal } = settled
    const events = ['drain', 'close', 'error'].map((event) => once(process.stdout, event, { signal }))
    await Promise.race(events).catch(() => undefined)
    // Else each write would leave two listeners behind.
    settled.abort()
  }
  refuseBroken()
}

function refuseBroken(): void {
  if (failure?.code === 'EPIPE') throw new OutputClosed()
  if (!failure) return
  const sentence = `The output cannot be written (${failure.code}). Look for space where it goes, and run this again.`
  throw new Fatal('output-failed', sentence, { cause: failure })
}

/** Tells the person at the terminal something that is not data. */
export function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}
