import { databaseFailure } from '../database-failure.ts'
import { codeOf, outcomeOf, type Refused, sentenceOf } from '../errors.ts'
import { clean, cleanJson } from './print/clean.ts'

/** Tells what went wrong in one sentence, or as JSON, and answers the exit code. */
export function report(error: unknown, asJson: boolean): number {
  const failure = databaseFailure(error)
  const code = codeOf(failure)
  const sentence =
    code === 'internal' ? `Something went wrong inside Wizbridge: ${sentenceOf(failure)}` : sentenceOf(failure)
  const details = (failure as Partial<Refused>).details ?? {}
  const problem = { code, sentence: clean(sentence), ...(Object.keys(details).length > 0 && { details }) }
  process.stderr.write(asJson ? `${cleanJson(problem)}\n` : `${problem.sentence}\n`)
  if (code === 'internal' && process.env.WIZBRIDGE_LOG_LEVEL === 'debug')
    process.stderr.write(`${String((failure as Error).stack)}\n`)
  return EXIT_CODES[code] ?? outcomeOf(failure).exitCode
}

// Refusals of Wiz, which need a person there, and those that only need time.
const EXIT_CODES: Readonly<Record<string, number>> = {
  'missing-scope': 4,
  forbidden: 4,
  'not-connected': 4,
  'data-dir-in-use': 4,
  'too-many-requests': 1,
}
