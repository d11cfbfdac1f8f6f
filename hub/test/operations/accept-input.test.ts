import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { acceptInput } from '../../src/operations/accept-input.ts'
import { operation } from '../../src/operations/operation.ts'

const odd = operation({
  name: 'odd.show',
  about: 'Takes inputs of every type.',
  access: 'viewer',
  http: 'GET /odd',
  input: z.strictObject({
    name: z.string().min(1).max(5).default('a'),
    limit: z.int().min(1).max(1000).default(1),
    days: z.number().positive().optional(),
    total: z.boolean().default(false),
    fields: z.array(z.string()).min(1).max(2).default(['a']),
    role: z.enum(['viewer', 'admin']).default('viewer'),
    word: z.string().regex(/^a/, { error: 'begin with an a' }).default('a'),
    needed: z.string(),
  }),
  output: z.null(),
  run: async () => null,
})

describe('RUN-2 inputs that do not fit', () => {
  it.each([
    [{}, 'The input "needed" is not right: it is missing.'],
    [{ limit: 0 }, 'The input "limit" is not right: it must be 1 or more.'],
    [{ limit: 1001 }, 'The input "limit" is not right: it must be 1000 or less.'],
    [{ limit: 1.5 }, 'The input "limit" is not right: it must be a whole number.'],
    [{ limit: 'ten' }, 'The input "limit" is not right: it must be a number.'],
    [{ days: 0 }, 'The input "days" is not right: it must be more than 0.'],
    [{ name: '' }, 'The input "name" is not right: it must not be empty.'],
    [{ name: 'abcdef' }, 'The input "name" is not right: it must be 5 characters or less.'],
    [{ total: 'yes' }, 'The input "total" is not right: it must be true or false.'],
    [{ fields: 'a' }, 'The input "fields" is not right: it must be a list.'],
    [{ fields: [] }, 'The input "fields" is not right: it must not be empty.'],
    [{ fields: ['a', 1] }, 'The input "fields.1" is not right: it must be text.'],
    [{ role: 'king' }, 'The input "role" is not right: it must be one of viewer, admin.'],
    [{ word: 'b' }, 'The input "word" is not right: begin with an a.'],
  ])('are told in words of people: %j', (input, sentence) => {
    const given = Object.keys(input).length === 0 ? input : { ...input, needed: 'x' }
    expect(() => acceptInput(odd, given)).toThrow(expect.objectContaining({ code: 'bad-input', message: sentence }))
  })
})
