import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from } from 'pg-copy-streams'
import { openApp } from '../hub/src/app.ts'
import { loadConfig } from '../hub/src/config.ts'
import { pageDocument } from '../hub/src/kinds/document.ts'
import { kindNamed } from '../hub/src/kinds/kinds.ts'
import { nodeReader, type ReadNode } from '../hub/src/kinds/read-node.ts'
import { createLog } from '../hub/src/log.ts'
import { CopyRowsWriter, copyOf, type RowOrigin } from '../hub/src/store/copy-rows.ts'
import { upsertStatements } from '../hub/src/store/upsert-statements.ts'
import type { SimulatorProcess } from './simulator-process.ts'

interface PageData {
  data: { page: { nodes: unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } }
}

/** Just downloading every page, one after the other, and parsing it: records per second. */
export async function downloadAndParse(simulator: SimulatorProcess): Promise<{ rate: number; nodes: unknown[] }> {
  const token = await fetch(simulator.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      audience: 'wiz-api',
      client_id: simulator.clientId,
      client_secret: simulator.clientSecret,
    }),
  })
  const { access_token } = (await token.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json', 'user-agent': 'bench' }
  const query = pageDocument(kindNamed('issue'))
  const sample: unknown[] = []
  const began = performance.now()
  let records = 0
  for (let after: string | null = null, more = true; more; ) {
    const body = JSON.stringify({ query, variables: { first: 500, after, filterBy: {}, count: false } })
    const answer = await fetch(simulator.apiUrl, { method: 'POST', body, headers })
    const { page } = (JSON.parse(await answer.text()) as PageData).data
    records += page.nodes.length
    if (sample.length < 20_000) sample.push(...page.nodes)
    more = page.pageInfo.hasNextPage
    after = page.pageInfo.endCursor
  }
  return { rate: records / ((performance.now() - began) / 1000), nodes: sample }
}

/** A bare COPY of the same rows into a table without indexes: records per second. */
export async function bareCopy(nodes: readonly unknown[]): Promise<number> {
  const kind = kindNamed('issue')
  const read = nodeReader(kind)
  const writer = new CopyRowsWriter(kind)
  for (const node of nodes) writer.add(read(node) as ReadNode)
  const rows = writer.finish()
  const app = await openApp(loadConfig(), createLog({ level: 'error' }))
  const client = await app.store.pool.connect()
  const { stage, copy } = upsertStatements(kind)
  await client.query(stage.replace('TEMP ', ''))
  const began = performance.now()
  await pipeline(Readable.from(chunksOf(copyOf(rows, [...rows.ids.keys()], ORIGIN))), client.query(from(copy)))
  const seconds = (performance.now() - began) / 1000
  await client.query(`DROP TABLE "stage_${kind.table}"`)
  client.release()
  await app.close()
  return nodes.length / seconds
}

const ORIGIN: RowOrigin = { connectionId: 1, runId: null, cause: 'bench', observedAt: new Date() }
const CHUNK = 2 ** 20

function* chunksOf(data: Buffer): Generator<Buffer> {
  for (let at = 0; at < data.length; at += CHUNK) yield data.subarray(at, at + CHUNK)
}
