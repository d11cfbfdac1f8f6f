import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** The program. */
export const BIN = fileURLToPath(new URL('../../bin/wizbridge.mjs', import.meta.url))

/** What a command printed, and how it ended. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command while it runs. */
export interface Running {
  readonly child: ChildProcess
  readonly outcome: Promise<Outcome>
}

/** Starts `wizbridge …` in a process of its own, with this environment and nothing else. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv, input = '', nodeArgs: string[] = []): Running {
  const child = spawn(process.execPath, [...nodeArgs, BIN, ...args], { env: { PATH: process.env.PATH, ...env } })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin.on('error', () => undefined).end(input)
  const outcome = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }))
  return { child, outcome }
}

/** Runs `wizbridge …` to its end. */
export function run(args: readonly string[], env: NodeJS.ProcessEnv, input = ''): Promise<Outcome> {
  return start(args, env, input).outcome
}
