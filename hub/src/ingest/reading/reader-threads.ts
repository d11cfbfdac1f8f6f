import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { Retriable } from '../../errors.ts'
import { kindNamed } from '../../kinds/kinds.ts'
import type { NodeTexts } from '../../wiz/split-page.ts'
import type { ReadAnswer, ReadJob, SentRows } from './reader-thread.ts'
import type { SortedPage, SortOptions } from './sort-page.ts'

interface Waiting {
  resolve(page: SortedPage): void
  reject(reason: unknown): void
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
}

// One core is the main thread's, and PostgreSQL and the network want some too; more threads than these take more memory than time.
const MOST_THREADS = Math.max(1, Math.min(3, availableParallelism() - 2))

/** The threads that read pages; each is started when all others are busy, and none keeps the process alive. */
export class ReaderThreads {
  readonly #threads: Thread[] = []
  #lastId = 0

  /** Reads the nodes of a page in a thread. */
  read(options: SortOptions, { body, bounds }: NodeTexts): Promise<SortedPage> {
    const { worker, waiting } = this.#thread()
    const id = ++this.#lastId
    // Its own copy, of the nodes alone: the page stays here in case it has to be read again.
    const from = bounds[0] ?? 0
    const copy = new Uint8Array(body.subarray(from, bounds.at(-1) ?? from))
    const { kind, scope, kinds } = options
    const job: ReadJob = { id, kind, scope, kinds, body: copy, bounds: bounds.map((at) => at - from) }
    // A thread with nothing to do must not keep the process alive; one that is waited for must.
    worker.ref()
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      worker.postMessage(job, [copy.buffer, job.bounds.buffer as ArrayBuffer])
    })
  }

  #thread(): Thread {
    const [least] = this.#threads.toSorted((a, b) => a.waiting.size - b.waiting.size)
    if (least && (least.waiting.size === 0 || this.#threads.length >= MOST_THREADS)) return least
    const worker = new Worker(new URL('./reader-thread.ts', import.meta.url))
    const thread: Thread = { worker, waiting: new Map() }
    worker.on('message', (answer: ReadAnswer) => {
      const asked = thread.waiting.get(answer.id)
      thread.waiting.delete(answer.id)
      if (thread.waiting.size === 0) worker.unref()
      if ('failure' in answer) asked?.reject(new Error(answer.failure))
      else asked?.resolve({ ...answer, own: received(answer.own), inside: answer.inside.map(received) })
    })
    worker.on('error', (cause) => this.#drop(thread, cause))
    worker.on('exit', () => this.#drop(thread))
    this.#threads.push(thread)
    return thread
  }

  #drop(thread: Thread, cause?: unknown): void {
    const at = this.#threads.indexOf(thread)
    if (at >= 0) this.#threads.splice(at, 1)
    const failure = new Retriable('reader-stopped', 'The thread that read a page ended; the page is read again.', {
      cause,
    })
    for (const { reject } of thread.waiting.values()) reject(failure)
    thread.waiting.clear()
  }
}

function received({ kind, ...rest }: SentRows): SortedPage['own'] {
  return { kind: kindNamed(kind), ...rest }
}
