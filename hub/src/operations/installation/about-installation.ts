import os from 'node:os'
import type { App } from '../../app.ts'
import { keyUse } from '../../store/secrets/key-use.ts'
import { VARIABLE_NAMES } from '../../variables.ts'
import { VERSION } from '../../version.ts'

/** Versions, the machine, and how it is set up: of secrets only whether they are set. */
export async function aboutInstallation(app: App) {
  const { config, store } = app
  const { keys } = await keyUse(store, config)
  return {
    version: VERSION,
    node: process.version,
    platform: `${os.platform()} ${os.release()} ${os.arch()}`,
    cpus: os.availableParallelism(),
    memoryMb: Math.round(os.totalmem() / 2 ** 20),
    freeMemoryMb: Math.round(os.freemem() / 2 ** 20),
    processMemoryMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
    upSeconds: Math.round(process.uptime()),
    configuration: {
      store: config.databaseUrl === undefined ? 'embedded' : 'external',
      where: store.where,
      host: config.host,
      port: config.port,
      publicUrl: config.publicUrl,
      allowHosts: config.allowHosts.map(({ host, port }) => (port === undefined ? host : `${host}:${port}`)),
      logLevel: config.logLevel ?? null,
      hasProxy: config.httpsProxy !== undefined,
      extraCaCerts: config.extraCaCerts ?? null,
      signIn: config.oidc ? { issuer: config.oidc.issuer, scopes: config.oidc.scopes } : null,
      keep: config.keep,
      workerPort: config.workerPort ?? null,
    },
    isSet: Object.fromEntries(VARIABLE_NAMES.map((name) => [name, Boolean(process.env[name]?.trim())])),
    masterKeys: keys,
  }
}
