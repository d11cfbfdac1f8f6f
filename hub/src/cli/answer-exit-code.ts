import { checkConnection } from '../operations/connections/check.ts'
import { testConnection } from '../operations/connections/test.ts'
import type { Operation } from '../operations/operation.ts'

interface ProbeAnswer {
  readonly credentials: { readonly ok: boolean | null }
  readonly endpoint: { readonly ok: boolean | null }
  readonly region: { readonly ok: boolean | null }
  readonly kinds: readonly { readonly state: string }[]
}

/** The exit code of an answer: 0, unless a test of a connection or of the audit log found something wrong. */
export function exitCodeOfAnswer({ name }: Operation, answer: unknown): number {
  if (name === 'audit.verify') return (answer as { intact: boolean }).intact ? 0 : 1
  if (name !== testConnection.name && name !== checkConnection.name) return 0
  const { credentials, endpoint, region, kinds } = answer as ProbeAnswer
  if ([credentials, endpoint, region].some(({ ok }) => ok === false)) return 1
  if (kinds.some(({ state }) => state === 'forbidden')) return 4
  return kinds.some(({ state }) => state === 'unknown') ? 3 : 0
}
