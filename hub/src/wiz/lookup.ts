import type { GraphQLSchema } from 'graphql'
import { codeOf, Fatal, sentenceOf } from '../errors.ts'
import type { Answer, Wiz } from './client.ts'
import { shedAll } from './drift.ts'
import type { WizError } from './failure.ts'

/** What became of looking for one id; only `absent` says that Wiz does not have it. */
type Lookup =
  | { state: 'found'; node: unknown }
  | { state: 'absent' }
  | { state: 'unknown'; code: string; message: string }

/** Which single objects to look up: `root` is the field that takes an `id`, `selection` what to read of each. */
interface LookupOptions {
  wiz: Wiz
  root: string
  ids: readonly string[]
  selection: string
  signal?: AbortSignal | undefined
  /** How often each call is made at most. */
  tries?: number | undefined
  /** Given, a field that Wiz removed costs that field and not the look-up. */
  schema?: GraphQLSchema
}

const perCall = 50

/** Looks many ids up, fifty to a call; one broken id does not hide the others. */
export async function lookUp(options: LookupOptions): Promise<Map<string, Lookup>> {
  const ids = [...new Set(options.ids)]
  const chunks = Array.from({ length: Math.ceil(ids.length / perCall) }, (_, at) =>
    ids.slice(at * perCall, (at + 1) * perCall),
  )
  const parts = await Promise.all(chunks.map((chunk) => lookUpChunk(options, chunk)))
  return new Map(parts.flatMap((part) => [...part]))
}

async function lookUpChunk(options: LookupOptions, ids: string[]): Promise<Map<string, Lookup>> {
  const { root, selection, signal } = options
  const variables = Object.fromEntries(ids.map((id, at) => [`i${at}`, id]))
  const declared = ids.map((_, at) => `$i${at}: ID!`).join(', ')
  const fields = ids.map((_, at) => `n${at}: ${root}(id: $i${at}) { ${selection} }`).join('\n')
  const results = new Map<string, Lookup>()
  try {
    const document = `query LookUp(${declared}) {\n${fields}\n}`
    const { data, errors } = await askShedding(options, document, variables)
    const byAlias = worstByAlias(errors)
    const general = byAlias.get('') ?? (data ? undefined : errors[0])
    ids.forEach((id, at) => {
      const own = byAlias.get(`n${at}`) ?? (ids.length === 1 ? general : undefined)
      results.set(id, settle(data?.[`n${at}`], own, general))
    })
    return data ? results : await askRestAgain(options, results, byAlias)
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof Fatal) throw error
    const unknown: Lookup = { state: 'unknown', code: codeOf(error), message: sentenceOf(error) }
    return new Map(ids.map((id) => [id, unknown]))
  }
}

async function askShedding(
  options: Pick<LookupOptions, 'wiz' | 'signal' | 'schema' | 'tries'>,
  document: string,
  variables: Record<string, unknown>,
): Promise<Answer<Record<string, unknown>>> {
  const { wiz, signal, schema, tries } = options
  const answer = await wiz.ask<Record<string, unknown>>({
    document,
    variables,
    signal,
    nullable: true,
    ...(tries && { tries }),
  })
  const drifted = answer.errors.filter(({ code }) => code === 'schema-drift').map(({ message }) => message)
  const less = schema && !answer.data && drifted.length > 0 ? shedAll(document, schema, drifted) : null
  // Each time with less to ask for, so it ends.
  return less ? askShedding(options, less.document, variables) : answer
}

function settle(node: unknown, own: WizError | undefined, general: WizError | undefined): Lookup {
  if (node !== null && node !== undefined) return { state: 'found', node }
  // What is left out of an answer is not said to be absent: only null says that.
  if (own ? isAbsence(own) : node === null && !general) return { state: 'absent' }
  const error = own ?? general
  return {
    state: 'unknown',
    code: error?.code ?? 'no-data',
    message: error?.message ?? 'Wiz left it out of its answer.',
  }
}

function worstByAlias(errors: WizError[]): Map<string, WizError> {
  const byAlias = new Map<string, WizError>()
  for (const error of errors) {
    const alias = String(error.path?.[0] ?? '')
    const known = byAlias.get(alias)
    if (!known || isAbsence(known)) byAlias.set(alias, error)
  }
  return byAlias
}

// Something missing inside an object is not the object missing.
function isAbsence(error: WizError): boolean {
  return error.code === 'not-found' && (error.path?.length ?? 0) <= 1
}

/** Where the root may not be null, one missing object takes all the others with it: those are asked once more. */
async function askRestAgain(
  options: LookupOptions,
  results: Map<string, Lookup>,
  byAlias: Map<string, WizError>,
): Promise<Map<string, Lookup>> {
  const ids = [...results.keys()]
  const rest = ids.filter((_, at) => !byAlias.has(`n${at}`))
  if (rest.length === 0 || rest.length === ids.length) return results
  return new Map([...results, ...(await lookUpChunk(options, rest))])
}
