import { spawn } from 'node:child_process'
import { once } from 'node:events'

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
