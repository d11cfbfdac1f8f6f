import { createApiKey } from '../../hub/src/access/api-keys.ts'
import type { Product } from './product.ts'

/** Connects the simulator as `wiz` and syncs it to the end; answers a way to ask as an administrator. */
export async function connectAndSync(product: Product) {
  const { key } = await createApiKey(product.app.store, { name: 'test', role: 'admin' }, 'test')
  const authorization = `Bearer ${key}`
  async function ask<T>(address: string, body?: object): Promise<T> {
    const init = body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const answer = await fetch(`${product.url}/api/v1${address}`, {
      ...init,
      headers: { ...init?.headers, authorization },
    })
    if (!answer.ok) throw new Error(`${address} answers ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const { apiUrl, tokenUrl, clientId, clientSecret } = product.simulator
  await ask('/connections', { name: 'wiz', apiUrl, tokenUrl, clientId, clientSecret })
  const { run } = await ask<{ run: number }>('/connections/wiz/syncs', {})
  // The events end with the run.
  await (await fetch(`${product.url}/api/v1/runs/${run}/events`, { headers: { authorization } })).text()
  return ask
}
