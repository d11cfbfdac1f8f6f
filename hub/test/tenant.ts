import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type Simulator, type SimulatorOptions, startSimulator } from 'wizbridge-simulator'
import type { App } from '../src/app.ts'
import { createConnection } from '../src/operations/connections/create.ts'
import { type TestApp, testApp } from './fixture.ts'
import { ask } from './operations/ask.ts'

/** A tenant that stands still and limits nobody. */
export function startTenant(options: SimulatorOptions = {}): Promise<Simulator> {
  return startSimulator({ seed: 7, issues: 200, live: false, rate: { perSecond: null, concurrency: null }, ...options })
}

/** What is typed in to connect a tenant. */
export function credentialsOf({ apiUrl, tokenUrl, clientId, clientSecret }: Simulator) {
  return { apiUrl, tokenUrl, clientId, clientSecret }
}

/** Connects a tenant under a name. */
export function connect(app: App, simulator: Simulator, name: string, more: Record<string, unknown> = {}) {
  return ask(app, createConnection, { name, ...credentialsOf(simulator), ...more })
}

/** An object of Wiz by the names of its fields. */
export type Node = Record<string, unknown>

/** The product, and the tenant that its connection "prod" leads to. */
export interface ConnectedApp extends Pick<TestApp, 'app' | 'databaseUrl'> {
  readonly simulator: Simulator
  /** What Wiz lists under a name to whoever may see everything. */
  readonly nodes: (root: string, filter?: Node) => Node[]
}

/** Opens the product once for the tests that follow, and connects it to a new tenant before each of them. */
export function connectedApp(options: SimulatorOptions = {}): ConnectedApp {
  let test: TestApp
  let simulator: Simulator
  beforeAll(async () => {
    test = await testApp()
  })
  afterAll(() => test.close())
  beforeEach(async () => {
    await test.empty()
    simulator = await startTenant(options)
    await connect(test.app, simulator, 'prod')
    return () => simulator.close()
  })
  return {
    get app() {
      return test.app
    },
    get databaseUrl() {
      return test.databaseUrl
    },
    get simulator() {
      return simulator
    },
    nodes: (root, filter) => simulator.world.snapshotNodes(root, undefined, filter),
  }
}
