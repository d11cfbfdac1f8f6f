import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { parseSpec } from './faults/parse-spec.ts'
import { type FaultSpec, type SimulatorOptions, startSimulator } from './simulator.ts'

const HELP = `Runs a make-believe Wiz tenant on 127.0.0.1.

  --port N           port to listen on (default 4690)
  --seed N           equal seeds make equal worlds (default 1)
  --issues N         issues in the world (default 2000)
  --faults FILE      JSON file with a fault or a list of faults
  --rate N|none      calls per second and account (default 10)
  --latency-ms N     added to each GraphQL call
  --token-seconds N  lifetime of tokens (default 900)
  --idp NAME         cognito (default) or auth0
  --load             serve issuesV2 in bulk: see --rows and --bytes
  --rows N           rows in bulk (default 100000)
  --bytes N          bytes of JSON per row in bulk, about (default 2048)
  --help             this text
`

const ARGUMENTS = {
  port: { type: 'string' },
  seed: { type: 'string' },
  issues: { type: 'string' },
  faults: { type: 'string' },
  rate: { type: 'string' },
  'latency-ms': { type: 'string' },
  'token-seconds': { type: 'string' },
  idp: { type: 'string' },
  load: { type: 'boolean' },
  rows: { type: 'string' },
  bytes: { type: 'string' },
  help: { type: 'boolean' },
} as const

class WrongUse extends Error {}

function whole(name: string, value: string | undefined, standard: number): number {
  if (value === undefined) return standard
  if (!/^\d+$/.test(value)) throw new WrongUse(`--${name} must be a whole number, not "${value}".`)
  return Number(value)
}

async function readFaults(file: string | undefined): Promise<FaultSpec[]> {
  if (file === undefined) return []
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'))
    return (Array.isArray(content) ? content : [content]).map(parseSpec)
  } catch (error) {
    throw new WrongUse(`--faults ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function idpOf(value: string | undefined): SimulatorOptions['idp'] {
  if (value === undefined || value === 'cognito' || value === 'auth0') return value
  throw new WrongUse(`--idp must be cognito or auth0, not "${value}".`)
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: ARGUMENTS, strict: true }).values
  } catch (error) {
    throw new WrongUse(error instanceof Error ? error.message : String(error))
  }
}

async function readOptions(given: ReturnType<typeof parse>): Promise<SimulatorOptions> {
  const unlimited = given.rate === 'none'
  const perSecond = unlimited ? null : whole('rate', given.rate, 10)
  const bulk = { rows: whole('rows', given.rows, 100_000), bytes: whole('bytes', given.bytes, 2_048) }
  return {
    port: whole('port', given.port, 4690),
    seed: whole('seed', given.seed, 1),
    issues: whole('issues', given.issues, 2_000),
    faults: await readFaults(given.faults),
    rate: unlimited ? { perSecond, concurrency: null } : { perSecond },
    latencyMs: whole('latency-ms', given['latency-ms'], 0),
    tokenSeconds: whole('token-seconds', given['token-seconds'], 900),
    idp: idpOf(given.idp),
    ...(given.load ? { load: bulk } : {}),
  }
}

/** Runs the simulator until it is told to stop; resolves with the exit code. */
export async function runSimulatorCli(argv: readonly string[]): Promise<number> {
  try {
    const given = parse(argv)
    if (given.help) {
      process.stderr.write(HELP)
      return 0
    }
    const simulator = await startSimulator(await readOptions(given))
    const { url, apiUrl, tokenUrl, clientId, clientSecret } = simulator
    process.stdout.write(`${JSON.stringify({ url, apiUrl, tokenUrl, clientId, clientSecret })}\n`)
    process.stderr.write(
      `A make-believe Wiz tenant answers at ${apiUrl}; controls at ${url}/_simulator/. Ctrl-C ends it.\n`,
    )
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
    await simulator.close()
    return 0
  } catch (error) {
    if (error instanceof WrongUse) {
      process.stderr.write(`${error.message} See --help.\n`)
      return 2
    }
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      process.stderr.write('The port is in use: choose another one with --port.\n')
      return 1
    }
    throw error
  }
}

if (import.meta.main) process.exitCode = await runSimulatorCli(process.argv.slice(2))
