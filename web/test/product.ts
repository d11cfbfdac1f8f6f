import { type Simulator, startSimulator } from 'wizbridge-simulator'
import { createUser } from '../../hub/src/access/users.ts'
import { startServer } from '../../hub/src/api/server.ts'
import { OPERATIONS } from '../../hub/src/operations/operations.ts'
import { openTelemetry } from '../../hub/src/telemetry.ts'
import { startWorker } from '../../hub/src/worker/start-worker.ts'
import { testApp } from '../../hub/test/fixture.ts'

/** Who signs in. */
export const ADMIN = { email: 'admin@example.com', password: 'a long enough sentence' }

/** What the product of a test is made of. */
export interface ProductOptions {
  readonly issues?: number
  readonly seed?: number
  /** What else the environment says, now that the tenant is known. */
  readonly env?: (simulator: Simulator) => NodeJS.ProcessEnv
}

/** The whole product on a make-believe tenant: store, server, worker and simulator. */
export async function startProduct(options: ProductOptions = {}) {
  const simulator = await startSimulator({ seed: options.seed ?? 7, issues: options.issues ?? 120, live: false })
  const host = new URL(simulator.apiUrl).host
  const opened = await testApp({
    WIZBRIDGE_PORT: '0',
    WIZBRIDGE_ALLOW_HOSTS: host,
    // This tenant refuses who calls too often, as Wiz does.
    WIZBRIDGE_CALLS_PER_SECOND: undefined,
    ...options.env?.(simulator),
  })
  const { app } = opened
  const server = await startServer(app, { operations: OPERATIONS, eventPace: { look: 200, heartbeat: 15_000 } })
  const worker = await startWorker(app, openTelemetry(undefined, app.log, 'test'))
  await createUser(app.store, { ...ADMIN, role: 'admin' })
  return {
    app,
    simulator,
    url: server.url,
    async close() {
      await server.close()
      await worker.stop()
      await opened.close()
      await simulator.close()
    },
  }
}

export type Product = Awaited<ReturnType<typeof startProduct>>
