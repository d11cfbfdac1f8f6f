import { Refused } from '../errors.ts'
import { fieldsOfRows } from '../operations/listing.ts'
import type { Operation } from '../operations/operation.ts'
import type { TextStream } from '../operations/text-stream.ts'
import { exitCodeOfAnswer } from './answer-exit-code.ts'
import type { Executor, StartedRun } from './executor.ts'
import { FORMATS, type Format, type List, printAnswer, printList } from './print/answer.ts'
import { clean } from './print/clean.ts'
import { FACET_COLUMNS, FACET_TABLE, type Facet, facetGroups, facetNotes, facetRows } from './print/facets.ts'
import { print, say } from './print/output.ts'
import { followRun } from './run/follow-run.ts'

/** What the person at the command line wants besides the input itself. */
export interface Wish {
  readonly json?: boolean
  readonly output?: string
  readonly columns?: string
  /** False: only start a run. */
  readonly wait?: boolean
}

/** Whether an operation answers with a page of a list. */
export function isList(operation: Operation): boolean {
  return fieldsOfRows(operation) !== undefined
}

/** Operations whose answer is a run to be followed. */
export const RUN_OPERATIONS: readonly string[] = ['syncs.start', 'runs.resume', 'plans.run']

/** Asks an operation, prints the answer and tells the exit code. */
export async function runOperation(
  operation: Operation,
  executor: Executor,
  input: Record<string, unknown>,
  wish: Wish,
): Promise<number> {
  const format = formatOf(wish)
  if (operation.name === FACETS) return runFacets(operation, executor, input, wish, format)
  if (isList(operation)) return runList(operation, executor, input, wish, format)
  const answer = await executor.ask(operation, input)
  if (operation.streams) return printStream(answer as TextStream)
  const started = startedBy(operation, answer)
  if (started && RUN_OPERATIONS.includes(operation.name) && wish.wait !== false) {
    if (started.isNew === false) say(`A sync of "${started.connection}" was under way already: run ${started.run}.`)
    return followRun(executor, started, format)
  }
  await printAnswer(answer, format)
  if (started && executor.isLocal) {
    const here = `"wizbridge sync ${started.connection}" works on it here`
    say(`Run ${started.run} is open: "wizbridge serve" on this store works on it, and ${here}.`)
  }
  return exitCodeOfAnswer(operation, answer)
}

const MAY_START = [...RUN_OPERATIONS, 'plans.create']

/** The run that an operation has started, where it has; a plan may have to wait for another one. */
function startedBy({ name }: Operation, answer: unknown): (StartedRun & { isNew?: boolean }) | undefined {
  if (!MAY_START.includes(name)) return undefined
  return typeof (answer as Partial<StartedRun>).run === 'number' ? (answer as StartedRun) : undefined
}

function formatOf({ json, output }: Wish): Format {
  return (output as Format | undefined) ?? (json ? 'json' : FORMATS[0])
}

const LARGEST_PAGE = 1000

async function runList(
  operation: Operation,
  executor: Executor,
  input: Record<string, unknown>,
  wish: Wish,
  format: Format,
): Promise<number> {
  const columns = columnsOf(operation, wish)
  let list: List | undefined
  // A page of the API ends at a thousand; whoever wants more gets several.
  for (let left = Number(input.limit ?? 0); ; ) {
    const page = { ...input, ...(list && { cursor: list.nextCursor, total: false }) }
    const limit = left > LARGEST_PAGE || list ? { limit: Math.min(left, LARGEST_PAGE) } : {}
    const next = (await executor.ask(operation, { ...page, ...limit })) as List
    list = list ? { ...list, items: [...list.items, ...next.items], nextCursor: next.nextCursor } : next
    left -= next.items.length
    if (left <= 0 || !next.nextCursor || next.items.length === 0) break
  }
  await printList(list, { format, columns })
  if (format !== 'json') tellMore(list)
  return 0
}

const FACETS = 'facets.show'

/** Counts hold lists inside, which only JSON can show as they are. */
async function runFacets(
  operation: Operation,
  executor: Executor,
  input: Record<string, unknown>,
  wish: Wish,
  format: Format,
): Promise<number> {
  const wanted = wish.columns === undefined ? undefined : chosenColumns(wish.columns, FACET_COLUMNS)
  const { items } = (await executor.ask(operation, input)) as { items: readonly Facet[] }
  if (format === 'json' || format === 'ndjson') {
    await printList({ items }, { format, columns: [] })
    return 0
  }
  const isGrouped = format === 'table' && wanted === undefined
  const columns = wanted ?? (isGrouped ? FACET_TABLE : FACET_COLUMNS)
  await printList({ items: isGrouped ? facetGroups(items) : facetRows(items) }, { format, columns })
  for (const note of facetNotes(items)) say(note)
  return 0
}

function tellMore({ items, nextCursor, total, totalIsAtLeast }: List): void {
  if (items.length === 0) say('There is nothing to show.')
  if (total !== undefined) say(totalIsAtLeast ? `More than ${total} in total.` : `${total} in total.`)
  if (nextCursor) say(`There are more: add --cursor ${clean(nextCursor)}, or a larger --limit.`)
}

function columnsOf(operation: Operation, { columns, output }: Wish): readonly string[] {
  const all = fieldsOfRows(operation) ?? []
  // A file is for programs, which want everything.
  if (columns === undefined) return output === 'csv' ? all.filter((name) => name !== 'raw') : (operation.columns ?? all)
  return chosenColumns(columns, all)
}

function chosenColumns(typed: string, all: readonly string[]): readonly string[] {
  const wanted = typed.split(',').map((name) => name.trim())
  const unknown = wanted.find((name) => !all.includes(name))
  if (unknown === undefined) return wanted
  throw new Refused('unknown-field', `There is no column "${unknown.slice(0, 60)}" here. There are ${all.join(', ')}.`)
}

async function printStream({ chunks }: TextStream): Promise<number> {
  for await (const chunk of chunks) await print(chunk)
  return 0
}
