import { readFileSync } from 'node:fs'
import { buildSchema, type GraphQLSchema } from 'graphql'
import type { Config } from './config.ts'
import type { Log } from './log.ts'
import { type CallCounter, createCallCounter } from './store/call-counter.ts'
import { openStore, type Store } from './store/open-store.ts'
import { paceLedger } from './store/pace-ledger.ts'
import { openSecrets, type Secrets } from './store/secrets/secrets.ts'
import { VERSION } from './version.ts'
import { createGovernor, type Governor } from './wiz/governor.ts'
import { createTransport, type Transport, userAgentOf } from './wiz/transport.ts'

/** Everything a process of Wizbridge holds open. */
export interface App {
  readonly config: Config
  readonly log: Log
  readonly store: Store
  readonly secrets: Secrets
  /** Our reading of Wiz's API, to tell which fields Wiz no longer has. */
  readonly schema: GraphQLSchema
  readonly transport: Transport
  /** The one governor of a service account in this process. */
  governorFor(account: string): Governor
  /** Counts the calls to Wiz that go out here. */
  readonly calls: CallCounter
  close(): Promise<void>
}

/** Opens the store and what goes with it. */
export async function openApp(config: Config, log: Log, options: { fsync?: boolean } = {}): Promise<App> {
  const store = await openStore(config, log, options)
  try {
    const secrets = await openSecrets(config)
    const transport = createTransport({
      allowHosts: config.allowHosts,
      proxy: config.httpsProxy,
      userAgent: userAgentOf(VERSION),
    })
    const calls = createCallCounter(store.pool)
    const governors = new Map<string, Governor>()
    const { callsPerSecond } = config
    const limit = callsPerSecond === undefined ? undefined : { perSecond: callsPerSecond, isFinal: true }
    let schema: GraphQLSchema | undefined
    return {
      config,
      log,
      store,
      secrets,
      // Most commands never ask Wiz, and reading the schema takes longer than they do.
      get schema() {
        schema ??= buildSchema(readFileSync(new URL('../../schema/wiz.graphql', import.meta.url), 'utf8'))
        return schema
      },
      transport,
      governorFor(account) {
        const governor =
          governors.get(account) ?? createGovernor({ ledger: paceLedger(store.pool, account, { limit }) })
        governors.set(account, governor)
        return governor
      },
      calls,
      async close() {
        await transport.close()
        await calls.flush()
        await store.close()
      },
    }
  } catch (error) {
    await store.close().catch(() => undefined)
    throw error
  }
}
