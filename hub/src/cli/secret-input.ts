import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { Refused } from '../errors.ts'

/** Reads a secret from standard input: what is piped in, or what is typed, without showing it. */
export async function readSecret(flag: string): Promise<string> {
  const text = process.stdin.isTTY ? await typed(flag) : await piped()
  const secret = text.replace(/\r?\n$/, '')
  if (secret === '')
    throw new Refused('bad-input', `Nothing came on standard input for --${flag}. Pipe the secret in, or type it.`)
  return secret
}

async function piped(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk
  return text
}

async function typed(flag: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  process.stderr.write(`${flag.replace(/-stdin$/, '').replaceAll('-', ' ')}: `)
  try {
    return await lines.question('')
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
