import type { z } from 'zod'
import { Refused } from '../errors.ts'
import type { Operation } from './operation.ts'

/** The input of an operation as its schema has it, or one sentence on what is wrong, with all of it in the details. */
export function acceptInput(operation: Operation, input: Record<string, unknown>): Record<string, unknown> {
  const parsed = operation.input.safeParse(input, { error: wordingOf })
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => ({ input: path.join('.'), problem: message }))
  const [first] = problems
  const sentence = `${first?.input ? `The input "${first.input}" is not right: ` : ''}${first?.problem ?? 'Bad input'}.`
  throw new Refused('bad-input', sentence.replace(/\.\.$/, '.'), { details: { problems } })
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' }

/** What people are told, where the schema has no words of its own; undefined leaves it to zod. */
function wordingOf(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    return issue.input === undefined ? 'it is missing' : `it must be ${TYPES[issue.expected] ?? issue.expected}`
  }
  if (issue.code === 'invalid_value')
    return `it must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return undefined
  const [limit, word] = issue.code === 'too_small' ? [issue.minimum, 'more'] : [issue.maximum, 'less']
  if (limit === 1 && word === 'more' && issue.origin in UNITS) return 'it must not be empty'
  return issue.inclusive === false
    ? `it must be ${word} than ${limit}`
    : `it must be ${limit}${UNITS[issue.origin] ?? ''} or ${word}`
}
