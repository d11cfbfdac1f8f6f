/** The nodes of a page as the text in which they came: node i lies between `bounds[2 * i]` and `bounds[2 * i + 1]`. */
export interface NodeTexts {
  readonly body: Buffer
  readonly bounds: Uint32Array
}

const SPACE = 0x20
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

const WAY = ['data', 'page', 'nodes'] as const
const EMPTY_LIST = Buffer.from('[]')

/**
 * Reads the answer to a page's question without parsing its nodes: `data.page.nodes` becomes `NodeTexts`, the rest is parsed.
 * An answer without such a list is parsed whole. Throws a SyntaxError where the answer is damaged, nodes that do not end
 * included; whether each node is JSON shows when it is read.
 */
export function splitPage(body: Buffer): unknown {
  const list = findNodes(body)
  if (!list) return JSON.parse(body.toString())
  const around = Buffer.concat([body.subarray(0, list.from), EMPTY_LIST, body.subarray(list.to)])
  const answer = JSON.parse(around.toString()) as { data: { page: { nodes: unknown } } }
  answer.data.page.nodes = { body, bounds: Uint32Array.from(list.bounds) } satisfies NodeTexts
  return answer
}

/** How many nodes there are. */
export function countOf({ bounds }: NodeTexts): number {
  return bounds.length / 2
}

/** How many bytes of text they are. */
export function sizeOf({ bounds }: NodeTexts): number {
  return bounds.reduce((size, at, index) => (index % 2 === 0 ? size - at : size + at), 0)
}

/** Those of some nodes that lie at these positions. */
export function nodesAt({ body, bounds }: NodeTexts, positions: readonly number[]): NodeTexts {
  return { body, bounds: Uint32Array.from(positions.flatMap((at) => [bounds[2 * at] ?? 0, bounds[2 * at + 1] ?? 0])) }
}

/** The bytes of one node, as long as those of its page are not freed. */
export function bytesOf({ body, bounds }: NodeTexts, index: number): Buffer {
  return body.subarray(bounds[2 * index], bounds[2 * index + 1])
}

/** The text of one node. */
export function textOf({ body, bounds }: NodeTexts, index: number): string {
  return body.toString('utf8', bounds[2 * index], bounds[2 * index + 1])
}

/** The list of nodes: where it begins and ends, and where each node does. */
interface FoundList {
  readonly from: number
  readonly to: number
  readonly bounds: number[]
}

function findNodes(body: Buffer): FoundList | undefined {
  let at = afterSpace(body, 0)
  for (const name of WAY) {
    if (body[at] !== OPEN_OBJECT) return undefined
    at = fieldOf(body, at, name)
    if (at < 0) return undefined
  }
  return body[at] === OPEN_LIST ? boundsOf(body, at) : undefined
}

/** Where the value of a field begins in the object that begins at `at`; -1 where it has no such field. */
function fieldOf(body: Buffer, at: number, name: string): number {
  for (let next = afterSpace(body, at + 1); body[next] === QUOTE; ) {
    const end = afterString(body, next)
    const isIt = end - next === name.length + 2 && body.toString('latin1', next + 1, end - 1) === name
    next = afterSpace(body, end)
    if (body[next] !== COLON) throw damaged()
    next = afterSpace(body, next + 1)
    if (isIt) return next
    next = afterSpace(body, afterValue(body, next))
    if (body[next] !== COMMA) return -1
    next = afterSpace(body, next + 1)
  }
  return -1
}

function boundsOf(body: Buffer, from: number): FoundList {
  const bounds: number[] = []
  let at = afterSpace(body, from + 1)
  if (body[at] === CLOSE_LIST) return { from, to: at + 1, bounds }
  for (;;) {
    const end = afterValue(body, at)
    bounds.push(at, end)
    at = afterSpace(body, end)
    if (body[at] === CLOSE_LIST) return { from, to: at + 1, bounds }
    if (body[at] !== COMMA) throw damaged()
    at = afterSpace(body, at + 1)
  }
}

function afterSpace(body: Buffer, at: number): number {
  let next = at
  for (let byte = body[next]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; ) byte = body[++next]
  return next
}

function afterString(body: Buffer, at: number): number {
  const length = body.length
  for (let next = at + 1; next < length; next++) {
    const byte = body[next]
    if (byte === QUOTE) return next + 1
    if (byte === BACKSLASH) next++
  }
  throw damaged()
}

/** Where a value ends: what is open is closed again; what stands inside is looked at when it is read. */
function afterValue(body: Buffer, at: number): number {
  const length = body.length
  let depth = 0
  let next = at
  while (next < length) {
    const byte = body[next]
    if (byte === QUOTE) {
      next = afterString(body, next)
      if (depth === 0) return next
      continue
    }
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth--
      if (depth === 0) return next + 1
      // The end of what this value stands in: it was a number or a word.
      if (depth < 0) return endOfWord(next, at)
    } else if (depth === 0 && (byte === COMMA || (byte ?? 0) <= SPACE)) return endOfWord(next, at)
    next++
  }
  throw damaged()
}

function endOfWord(end: number, begin: number): number {
  if (end === begin) throw damaged()
  return end
}

function damaged(): SyntaxError {
  return new SyntaxError('The JSON of the answer ends too early, or lacks a mark.')
}
