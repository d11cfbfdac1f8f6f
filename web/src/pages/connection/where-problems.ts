import { ProblemError } from '../../api/client.ts'

/** Where a connection leads, as it is typed in. */
export interface Where {
  readonly apiUrl: string
  readonly tokenUrl: string
  readonly projects: string
}

const CODES: Readonly<Record<string, keyof Where>> = {
  conflict: 'projects',
  'not-a-wiz-host': 'apiUrl',
  'wrong-path': 'apiUrl',
  'wrong-region': 'apiUrl',
  'not-a-wiz-token-host': 'tokenUrl',
  'wrong-audience': 'tokenUrl',
}
/** What may be wrong with either address; the sentence says which is meant. */
const OF_AN_ADDRESS = /^(api-url-|token-url-|not-https$|credentials-in-url$|not-wiz$)/

/** What is wrong, by the field that it is about; nothing where no field can help. */
export function problemsByField(error: unknown): Partial<Record<keyof Where, string>> {
  if (!(error instanceof ProblemError)) return {}
  const { code, message, details } = error
  if (code === 'bad-input') return Object.fromEntries(inputsOf(details.problems))
  const field = CODES[code] ?? (OF_AN_ADDRESS.test(code) ? addressOf(message) : undefined)
  return field ? { [field]: message } : {}
}

function addressOf(message: string): keyof Where {
  return message.includes('token URL') ? 'tokenUrl' : 'apiUrl'
}

function inputsOf(problems: unknown): [string, string][] {
  if (!Array.isArray(problems)) return []
  return problems.map(({ input, problem }) => {
    const [field = '', place] = String(input).split('.')
    const sentence = `${String(problem).replace(/^./, (letter) => letter.toUpperCase())}.`
    return [field, place === undefined ? sentence : `Number ${Number(place) + 1}: ${sentence}`]
  })
}
