import { createApiKey } from '../../hub/src/access/api-keys.ts'
import type { Product } from './product.ts'

/** The API of a product, asked as an administrator. */
export interface Api {
  ask<T>(address: string, body?: object): Promise<T>
  /** Waits until a run has ended. */
  untilEnded(run: number): Promise<void>
  /** Connects the simulator as `wiz`. */
  connect(): Promise<void>
  /** Syncs `wiz` to the end, and tells which run that was. */
  sync(body?: object): Promise<number>
}

/** Opens the API of a product. */
export async function openApi({ app, url, simulator }: Product): Promise<Api> {
  const { key } = await createApiKey(app.store, { name: 'test', role: 'admin' }, 'test')
  async function reach(address: string, body?: object): Promise<Response> {
    const headers = { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) }
    const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers }
    const answer = await fetch(`${url}/api/v1${address}`, init)
    if (!answer.ok) throw new Error(`${address} answers ${answer.status}: ${await answer.text()}`)
    return answer
  }
  const ask = async <T>(address: string, body?: object) => (await (await reach(address, body)).json()) as T
  // The events end with the run.
  const untilEnded = async (run: number) => void (await (await reach(`/runs/${run}/events`)).text())
  return {
    ask,
    untilEnded,
    async connect() {
      const { apiUrl, tokenUrl, clientId, clientSecret } = simulator
      await ask('/connections', { name: 'wiz', apiUrl, tokenUrl, clientId, clientSecret })
    },
    async sync(body = {}) {
      const { run } = await ask<{ run: number }>('/connections/wiz/syncs', body)
      await untilEnded(run)
      return run
    },
  }
}
