import { z } from 'zod'
import { Fatal, Refused, Retriable } from '../../src/errors.ts'
import { operation } from '../../src/operations/operation.ts'
import { textStream } from '../../src/operations/text-stream.ts'

const failures: Record<string, () => Error> = {
  bug: () => new TypeError('secret-inside: cannot read properties of undefined'),
  sql: () => Object.assign(new Error('relation "secret_inside" does not exist'), { code: '42P01' }),
  gone: () => Object.assign(new Error('connect ECONNREFUSED secret-inside'), { code: 'ECONNREFUSED' }),
  missing: () => new Refused('not-found', 'There is no such thing.'),
  later: () => new Retriable('wiz-busy', 'Wiz is busy.', { retryAfterMs: 1500 }),
  broken: () => new Fatal('wrong-credentials', 'The credentials are wrong.', { details: { host: 'x' } }),
}

/** How much of the endless stream was made, and whether it was told to end. */
export const flood = { chunks: 0, hasEnded: false }

async function* endless(signal: AbortSignal) {
  try {
    while (!signal.aborted) {
      flood.chunks++
      yield 'x'.repeat(64 * 1024)
    }
  } finally {
    flood.hasEnded = true
  }
}

/** Operations that do what the product's own rarely do: echo, fail in every way, stream without end. */
export const ODD_OPERATIONS = [
  operation({
    name: 'echo.show',
    about: 'Shows what it was given.',
    access: 'viewer',
    http: 'GET /echo/:id',
    input: z.strictObject({
      id: z.int().positive(),
      flag: z.boolean().default(false),
      size: z.number().nullable().optional(),
      filter: z.array(z.string()).default([]),
      ids: z.array(z.int()).optional(),
      options: z.object({ deep: z.boolean() }).optional(),
      kind: z
        .string()
        .transform((text) => text.toUpperCase())
        .optional(),
    }),
    output: z.record(z.string(), z.unknown()),
    run: async (_context, input) => input,
  }),
  operation({
    name: 'echo.send',
    about: 'Takes many.',
    access: 'operator',
    audit: true,
    http: 'POST /echo/:id/items',
    secrets: ['password'],
    input: z.strictObject({ id: z.string(), items: z.array(z.unknown()).default([]), password: z.string().optional() }),
    output: z.object({ count: z.int() }),
    run: async (_context, { items }) => ({ count: items.length }),
  }),
  operation({
    name: 'failures.show',
    about: 'Fails.',
    access: 'viewer',
    http: 'GET /failures/:name',
    input: z.strictObject({ name: z.string() }),
    output: z.null(),
    async run(_context, { name }) {
      throw failures[name]?.() ?? new Error('unknown')
    },
  }),
  operation({
    name: 'flood',
    about: 'Streams without end.',
    access: 'viewer',
    http: 'GET /flood',
    streams: true,
    input: z.strictObject({ lines: z.int().optional() }),
    output: textStream,
    run: async ({ signal }, { lines }) => ({
      contentType: 'text/csv; charset=utf-8',
      fileName: 'a "b"\r\n.csv',
      chunks:
        lines === undefined
          ? endless(signal)
          : (async function* () {
              for (let n = 0; n < lines; n++) yield `${n}\n`
            })(),
    }),
  }),
]
