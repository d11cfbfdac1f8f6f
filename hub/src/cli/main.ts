import type { Command } from 'commander'
import { CommanderError } from 'commander'
import type { Executor } from './executor.ts'
import { report } from './failure.ts'
import { cleanJson } from './print/clean.ts'
import { OutputClosed, watchOutput } from './print/output.ts'
import { createProgram, type GlobalOptions } from './program.ts'

/** Runs the command line and answers the exit code. */
export async function main(argv: string[]): Promise<number> {
  watchOutput()
  const asJson = argv.includes('--json')
  if (argv[0] === 'simulator') return runSimulator(argv.slice(1))
  let exitCode = 0
  const program = createProgram(open, (code) => {
    exitCode = code
  })
  const complaint = quieten(program, asJson)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof OutputClosed) return 0
    if (!(error instanceof CommanderError)) return report(error, asJson)
    if (error.exitCode === 0) return 0
    if (asJson) process.stderr.write(`${cleanJson({ code: 'wrong-use', sentence: complaint() })}\n`)
    return WRONG_USE
  }
}

const WRONG_USE = 2

/** Lets commander throw instead of ending the process, and keeps what it says for JSON. */
function quieten(program: Command, asJson: boolean): () => string {
  let said = ''
  const writeErr = (text: string) => {
    said += text
    if (!asJson) process.stderr.write(text)
  }
  const quiet = (command: Command) => {
    command.exitOverride().configureOutput({ writeErr })
    command.commands.forEach(quiet)
  }
  quiet(program)
  return () =>
    said
      .replace(/^error: /, '')
      .replaceAll(/\s+/g, ' ')
      .trim()
}

async function open({ server, apiKey }: GlobalOptions): Promise<Executor> {
  // Loaded by whoever needs it: help and mistakes should not wait for the database driver.
  if (server === undefined) return (await import('./local-executor.ts')).openLocal()
  return (await import('./remote-executor.ts')).openRemote(server, apiKey ?? process.env.WIZBRIDGE_API_KEY)
}

async function runSimulator(argv: string[]): Promise<number> {
  const { runSimulatorCli } = await import('wizbridge-simulator/cli')
  return runSimulatorCli(argv)
}
