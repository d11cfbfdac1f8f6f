/* A thread that reads the nodes of pages, so that the process can go on fetching and storing others. */
import { parentPort } from 'node:worker_threads'
import { freeMemory } from '../../store/free-memory.ts'
import { pageSorter, type SortedPage, type SortOptions } from './sort-page.ts'

/** A page to read. */
export interface ReadJob extends SortOptions {
  /** The bytes of the nodes, and where each begins and ends. */
  readonly body: Uint8Array
  readonly bounds: Uint32Array
}

type Rows = SortedPage['own']
/** The nodes of one kind as they travel between threads: a declaration cannot, its name can. */
export type SentRows = Omit<Rows, 'kind'> & { readonly kind: string }

/** What became of a page. */
export type ReadAnswer =
  | { readonly own: SentRows; readonly inside: readonly SentRows[]; readonly earliest: string | null }
  | { readonly failure: string }

parentPort?.on('message', (job: ReadJob) => {
  try {
    const { body, bounds } = job
    const nodes = { body: Buffer.from(body.buffer, body.byteOffset, body.byteLength), bounds }
    const { own, inside, earliest } = pageSorter(job).sort(nodes)
    freeMemory(body)
    const answer: ReadAnswer = { own: sent(own), inside: inside.map(sent), earliest }
    parentPort?.postMessage(
      answer,
      [own, ...inside].map(({ rows }) => rows.bytes.buffer as ArrayBuffer),
    )
  } catch (error) {
    parentPort?.postMessage({ failure: String(error) } satisfies ReadAnswer)
  }
})

function sent({ kind, ...rest }: Rows): SentRows {
  return { kind: kind.name, ...rest }
}
