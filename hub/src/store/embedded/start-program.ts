import { type ChildProcess, spawn } from 'node:child_process'
import type { Account } from './account-for.ts'

/** Who runs a program, and where. */
interface Place {
  account: Account | undefined
  cwd?: string
}

/** Starts one of PostgreSQL's programs with nothing of our environment, which may hold secrets. */
export function startProgram(file: string, args: string[], place: Place): ChildProcess {
  return spawn(file, args, {
    ...place.account,
    cwd: place.cwd,
    // English messages, so that they can be recognised.
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group: Ctrl-C in a terminal reaches us alone, and we stop it when we are done.
    detached: true,
  })
}

/** Runs one of PostgreSQL's programs to its end; all it said, and its exit code (undefined if it could not start). */
export function runProgram(file: string, args: string[], place: Place): Promise<{ code?: number; output: string }> {
  return new Promise((resolve) => {
    const child = startProgram(file, args, place)
    const output: string[] = []
    child.stdout?.on('data', (chunk) => output.push(String(chunk)))
    child.stderr?.on('data', (chunk) => output.push(String(chunk)))
    child.on('error', (error) => resolve({ output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? -1, output: output.join('') }))
  })
}
