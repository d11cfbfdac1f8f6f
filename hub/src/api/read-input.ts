import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Refused } from '../errors.ts'
import type { Operation } from '../operations/operation.ts'

const DEEPEST = 50

/** The method, the path and the names in the path of an operation. */
export function routeOf(operation: Pick<Operation, 'http'>): { method: string; path: string; names: string[] } {
  const [method = '', path = ''] = operation.http.split(' ')
  return { method, path, names: [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '') }
}

/** Whether the inputs that are not in the path come in the query string rather than in a body. */
export function readsQuery(operation: Pick<Operation, 'http'>): boolean {
  return /^(GET|DELETE) /.test(operation.http)
}

/** Puts together what a request says about the inputs of an operation; the operation's schema judges it. */
export function readInput(operation: Operation, request: FastifyRequest): Record<string, unknown> {
  const { shape } = operation.input
  const inPath = coerceTexts(shape, request.params as Record<string, unknown>)
  const rest = readsQuery(operation)
    ? coerceTexts(shape, request.query as Record<string, unknown>)
    : bodyOf(shape, request.body)
  const { names } = routeOf(operation)
  const rejects = operation.input._zod.def.catchall?._zod.def.type ?? 'never'
  const unknown = Object.keys(rest).find(
    (name) => names.includes(name) || (rejects === 'never' && !Object.hasOwn(shape, name)),
  )
  if (unknown !== undefined) {
    const known = Object.keys(shape).filter((name) => !names.includes(name))
    const next = known.length > 0 ? `There are ${known.join(', ')}.` : 'There are none here.'
    throw new Refused('bad-input', `There is no input "${unknown.slice(0, 100)}". ${next}`, { details: { known } })
  }
  refuseUnstorable({ ...rest, ...inPath })
  return { ...rest, ...inPath }
}

function bodyOf(shape: z.ZodRawShape, body: unknown): Record<string, unknown> {
  if (body === undefined || body === null) return {}
  if (Array.isArray(body)) {
    const lists = Object.keys(shape).filter((name) => basicType(shape[name]) === 'array')
    // An array stands for the only list there is.
    if (lists.length === 1 && lists[0]) return { [lists[0]]: body }
  }
  if (typeof body === 'object' && !Array.isArray(body)) return body as Record<string, unknown>
  throw new Refused('bad-input', 'Send a JSON object.')
}

/** Texts from an address as the types that a schema expects; what does not fit stays text, and is refused by the schema. */
export function coerceTexts(shape: z.ZodRawShape, texts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [
      name,
      Object.hasOwn(shape, name) ? coerce(shape[name], value) : value,
    ]),
  )
}

function coerce(schema: z.core.$ZodType | undefined, value: unknown): unknown {
  const inner = basicSchema(schema)
  const type = inner?._zod.def.type
  if (type === 'array') {
    const element = (inner?._zod.def as z.core.$ZodArrayDef).element
    return (Array.isArray(value) ? value : [value]).map((item) => coerce(element, item))
  }
  if (typeof value !== 'string') return value
  if (type === 'number' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  if (type === 'object' || type === 'record') return parseJson(value)
  return value
}

function basicType(schema: z.core.$ZodType | undefined): string | undefined {
  return basicSchema(schema)?._zod.def.type
}

/** The schema inside of `optional`, `default` and the like. */
function basicSchema(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  const def = schema?._zod.def as { type: string; innerType?: z.core.$ZodType; in?: z.core.$ZodType } | undefined
  const inner = def?.innerType ?? def?.in
  return inner ? basicSchema(inner) : schema
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

// PostgreSQL keeps no NUL in texts, and what is nested without end exhausts whoever reads it.
function refuseUnstorable(input: Record<string, unknown>): void {
  let level: unknown[] = [input]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST)
      throw new Refused('bad-input', `The input is nested more than ${DEEPEST} levels deep. Make it flatter.`)
    level = level.flatMap((value) => {
      if (typeof value === 'string' && value.includes('\0')) {
        throw new Refused('bad-input', 'The input contains a NUL character. Leave it out.')
      }
      return typeof value === 'object' && value !== null ? [...Object.keys(value), ...Object.values(value)] : []
    })
  }
}
