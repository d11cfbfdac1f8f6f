import type { Kind } from '../../kinds/kind.ts'
import { kindNamed } from '../../kinds/kinds.ts'
import { nodeHash } from '../../kinds/read-node.ts'
import type { PageRows, UnreadPage } from '../../store/commit-page.ts'
import type { Store } from '../../store/open-store.ts'
import { countOf, type NodeTexts, nodesAt, sizeOf } from '../../wiz/split-page.ts'
import { lookUpKnown } from '../plans/known.ts'
import { rulesFor } from '../plans/rules.ts'
import { ReaderThreads } from './reader-threads.ts'
import { pageSorter, type SortedPage, type SortOptions } from './sort-page.ts'

/** A page as it is kept: read, or to be read as far as it differs from what is stored. */
export interface PageToKeep extends Omit<SortedPage, 'own'> {
  readonly own: PageRows | UnreadPage
}

const threads = new ReaderThreads()
// Below this, handing a page over takes longer than reading it.
const WORTH_A_THREAD = 128 * 1024

/** Makes the reader of a kind's pages; `whole` reads every node, also those that are stored as they came. */
export function pageReader(store: Store, connectionId: number, options: SortOptions) {
  const kind = kindNamed(options.kind)
  const sorter = pageSorter(options)
  const looksAtStore = rulesFor(kind, options.scope.rules).some((rule) => rule.looksAtStore)
  const hashOf = nodeHash(kind)

  async function read(nodes: NodeTexts): Promise<SortedPage> {
    if (!looksAtStore) {
      // A thread takes longer to start than a page takes to be read: the first large one is read here meanwhile.
      const isThreads = sizeOf(nodes) > WORTH_A_THREAD && !threads.start()
      return isThreads ? threads.read(options, nodes) : sorter.sort(nodes)
    }
    return sorter.sort(nodes, await lookUpKnown(store, connectionId, kind, options.scope, sorter.rows(nodes)))
  }

  return async (nodes: NodeTexts, { whole }: { whole: boolean }): Promise<PageToKeep> => {
    const ids = whole || !sorter.keepsAll ? undefined : idsOf(kind, nodes)
    if (!ids) return read(nodes)
    const hashes = ids.map((_, at) => hashOf(nodes.body.subarray(nodes.bounds[2 * at], nodes.bounds[2 * at + 1])))
    const own = { kind, ids, hashes, read: async (at: readonly number[]) => (await read(nodesAt(nodes, at))).own }
    return { own, inside: [], earliest: null }
  }
}

const ID_FIRST = '{"id":"'

/** The ids of nodes that begin with theirs, in plain characters; undefined where one does not. */
function idsOf(kind: Kind, nodes: NodeTexts): string[] | undefined {
  if (kind.columns.id?.path !== 'id') return undefined
  const { body, bounds } = nodes
  const ids: string[] = []
  for (let at = 0; at < countOf(nodes); at++) {
    const begin = (bounds[2 * at] ?? 0) + ID_FIRST.length
    if (body.toString('latin1', begin - ID_FIRST.length, begin) !== ID_FIRST) return undefined
    const id = body.toString('latin1', begin, body.indexOf('"', begin))
    if (!/^[\w.:/-]{1,200}$/.test(id)) return undefined
    ids.push(id)
  }
  return ids
}
