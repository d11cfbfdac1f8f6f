import { once } from 'node:events'

/** Thrown when whoever read our output has left, as `head` does. */
export class OutputClosed extends Error {}

let isClosed = false

/** Makes a reader that leaves early an ordinary end. */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    isClosed = true
  })
}

/** Writes data to standard output, as fast as it is read there. */
export async function print(text: string): Promise<void> {
  if (isClosed) throw new OutputClosed()
  if (process.stdout.write(text)) return
  await Promise.race([
    once(process.stdout, 'drain'),
    once(process.stdout, 'close'),
    once(process.stdout, 'error'),
  ]).catch(() => undefined)
}

/** Tells the person at the terminal something that is not data. */
export function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}
