import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { Retriable } from '../../errors.ts'
import { kindNamed } from '../../kinds/kinds.ts'
import type { NodeTexts } from '../../wiz/split-page.ts'
import type { ReadAnswer, ReadJob, SentRows } from './reader-thread.ts'
import type { SortedPage, SortOptions } from './sort-page.ts'

interface Asked {
  readonly options: SortOptions
  readonly nodes: NodeTexts
  resolve(page: SortedPage): void
  reject(reason: unknown): void
}

// One core is the main thread's, and PostgreSQL and the network want some too; more threads than these take more memory than time.
const MOST_THREADS = Math.max(1, Math.min(3, availableParallelism() - 2))

/** The threads that read pages, one page each; they are started when they are needed and keep no process alive. */
export class ReaderThreads {
  readonly #idle: Worker[] = []
  readonly #busy = new Map<Worker, Asked>()
  readonly #queue: Asked[] = []

  /** Starts a thread that will be needed; false where one has been. */
  start(): boolean {
    if (this.#idle.length + this.#busy.size > 0) return false
    const worker = this.#add()
    worker.unref()
    this.#idle.push(worker)
    return true
  }

  /** Reads the nodes of a page in a thread. */
  read(options: SortOptions, nodes: NodeTexts): Promise<SortedPage> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ options, nodes, resolve, reject })
      this.#next()
    })
  }

  #next(): void {
    if (this.#queue.length === 0 || (this.#idle.length === 0 && this.#busy.size >= MOST_THREADS)) return
    const worker = this.#idle.pop() ?? this.#add()
    const asked = this.#queue.shift() as Asked
    this.#busy.set(worker, asked)
    // A thread with nothing to do must not keep the process alive; one that is waited for must.
    worker.ref()
    const { kind, scope, kinds } = asked.options
    const { body, bounds } = asked.nodes
    // Its own copy, of the nodes alone: the page stays here in case it has to be read again.
    const from = Math.min(...bounds)
    const copy = new Uint8Array(body.subarray(from, Math.max(...bounds)))
    const job: ReadJob = { kind, scope, kinds, body: copy, bounds: bounds.map((at) => at - from) }
    worker.postMessage(job, [copy.buffer, job.bounds.buffer as ArrayBuffer])
  }

  #add(): Worker {
    const worker = new Worker(new URL('./reader-thread.ts', import.meta.url))
    worker.on('message', (answer: ReadAnswer) => {
      const asked = this.#busy.get(worker)
      this.#busy.delete(worker)
      if ('failure' in answer) asked?.reject(new Error(answer.failure))
      else asked?.resolve({ ...answer, own: received(answer.own), inside: answer.inside.map(received) })
      this.#idle.push(worker)
      worker.unref()
      this.#next()
    })
    worker.on('error', (cause) => this.#drop(worker, cause))
    worker.on('exit', () => this.#drop(worker))
    return worker
  }

  #drop(worker: Worker, cause?: unknown): void {
    const failure = new Retriable('reader-stopped', 'The thread that read a page ended; the page is read again.', {
      cause,
    })
    this.#busy.get(worker)?.reject(failure)
    this.#busy.delete(worker)
    const at = this.#idle.indexOf(worker)
    if (at >= 0) this.#idle.splice(at, 1)
    this.#next()
  }
}

function received({ kind, ...rest }: SentRows): SortedPage['own'] {
  return { kind: kindNamed(kind), ...rest }
}
