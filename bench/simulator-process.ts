import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pageDocument } from '../hub/src/kinds/document.ts'
import { kindNamed } from '../hub/src/kinds/kinds.ts'

/** A simulator in a process of its own, so that its work does not count as ours. */
export interface SimulatorProcess {
  readonly url: string
  readonly apiUrl: string
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  /** Changes this share of the rows that are served in bulk. */
  change(share: number): Promise<void>
  /** How many calls it answered, and how many it refused, since it started. */
  counts(): Promise<{ calls: number; refusals: number; maxPerSecond: number }>
  stop(): Promise<void>
}

/** Starts one that serves issues of about 2 KB from pre-made pages. */
export async function startSimulatorProcess(options: {
  rows: number
  latencyMs?: number
  rate?: number
}): Promise<SimulatorProcess> {
  const { rows, latencyMs = 0, rate } = options
  const cli = new URL('../simulator/src/cli.ts', import.meta.url).pathname
  const flags = [
    '--port',
    '0',
    '--load',
    '--rows',
    rows,
    '--bytes',
    2048,
    '--latency-ms',
    latencyMs,
    '--rate',
    rate ?? 'none',
  ]
  const child = spawn(process.execPath, [cli, ...flags.map(String)], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const facts = JSON.parse(String(line).split('\n')[0] ?? '') as Omit<SimulatorProcess, 'change' | 'counts' | 'stop'>
  await warmUp(facts)
  return {
    ...facts,
    async change(share) {
      const body = JSON.stringify({ change: share })
      await fetch(`${facts.url}/_simulator/load`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
    },
    async counts() {
      const answer = await fetch(`${facts.url}/_simulator/journal?summary`)
      return (await answer.json()) as Awaited<ReturnType<SimulatorProcess['counts']>>
    },
    async stop() {
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

/** Has a first page made, counted and not: each takes a fifth of a second in which the simulator notices, and counts, nothing. */
async function warmUp({
  url,
  apiUrl,
  tokenUrl,
  clientId,
  clientSecret,
}: Omit<SimulatorProcess, 'change' | 'counts' | 'stop'>) {
  const form = {
    grant_type: 'client_credentials',
    audience: 'wiz-api',
    client_id: clientId,
    client_secret: clientSecret,
  }
  const token = await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(form) })
  const { access_token } = (await token.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json', 'user-agent': 'bench' }
  for (const count of [true, false]) {
    const variables = { first: 500, after: null, filterBy: {}, count }
    const body = JSON.stringify({ query: pageDocument(kindNamed('issue')), variables })
    await fetch(apiUrl, { method: 'POST', body, headers }).then((answer) => answer.arrayBuffer())
  }
  await fetch(`${url}/_simulator/journal`, { method: 'DELETE' })
}
