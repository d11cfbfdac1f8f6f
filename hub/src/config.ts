import { isIP } from 'node:net'
import path from 'node:path'
import { type LogLevel, needVariable, readVariable, VARIABLE_NAMES, type VariableName } from './variables.ts'

/** A host that may be called besides Wiz's own; without a port, every port of it. */
export interface AllowedHost {
  host: string
  port: number | undefined
}

/** What the members of a group at the identity provider may do here; `*` stands for everybody there. */
export interface GroupRole {
  group: string
  role: 'viewer' | 'operator' | 'admin'
  /** The only Wiz projects; undefined means all. */
  projectIds: string[] | undefined
  /** The only connections, by name; undefined means all. */
  connections: string[] | undefined
}

/** An OpenID Connect provider at which people sign in. */
export interface OidcConfig {
  issuer: string
  clientId: string
  clientSecret: string
  scopes: string[]
  /** The claim that lists a person's groups. */
  groupsClaim: string
  roles: GroupRole[]
}

/** An OpenTelemetry collector that takes traces. */
export interface OtlpConfig {
  /** Without a trailing slash; `/v1/traces` is added. */
  endpoint: string
  headers: Record<string, string>
  serviceName: string
}

/** Everything the environment can set, parsed once at start. */
export interface Config {
  /** Undefined means: the embedded store in `dataDir`. */
  databaseUrl: string | undefined
  dataDir: string
  /** Base64 keys of 32 bytes, the first one seals; undefined means: the file in `dataDir`. */
  masterKeys: string[] | undefined
  host: string
  port: number
  /** Where people and Wiz reach us, without a trailing slash. */
  publicUrl: string
  allowHosts: AllowedHost[]
  /** Undefined leaves the choice to the face: `info` for serve, `error` for the CLI, which tells people itself. */
  logLevel: LogLevel | undefined
  /** The most calls a second to a Wiz service account; undefined leaves it to what Wiz is known to allow, and to its answers. */
  callsPerSecond: number | undefined
  httpsProxy: string | undefined
  /** Node itself reads this file at start; kept here so that it can be shown and checked. */
  extraCaCerts: string | undefined
  /** Undefined means: people sign in with passwords only. */
  oidc: OidcConfig | undefined
  /** For how many days things are kept; without history days, for ever. */
  keep: { runDays: number; historyDays: number | undefined }
  /** Where a process that only works answers health checks and metrics; undefined means nowhere. */
  workerPort: number | undefined
  /** Undefined means: no traces are made. */
  otlp: OtlpConfig | undefined
}

/** Reads the environment, or refuses with one sentence that names the variable and what it must be. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  // What nothing asks for here may still be a mistake: roles without an issuer, headers without an endpoint.
  for (const name of VARIABLE_NAMES) readVariable(env, name)
  const host = readVariable(env, 'WIZBRIDGE_HOST') ?? '127.0.0.1'
  const port = readVariable(env, 'WIZBRIDGE_PORT') ?? 4680
  const oidc = readOidc(env)
  const publicUrl =
    readVariable(env, 'WIZBRIDGE_PUBLIC_URL') ?? `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`
  return {
    databaseUrl: readVariable(env, 'DATABASE_URL'),
    dataDir: path.resolve(readVariable(env, 'WIZBRIDGE_DATA_DIR') ?? 'data'),
    masterKeys: readVariable(env, 'WIZBRIDGE_MASTER_KEY'),
    host,
    port,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    // Naming an identity provider is leave to call it.
    allowHosts: [...(readVariable(env, 'WIZBRIDGE_ALLOW_HOSTS') ?? []), ...(oidc ? [hostOf(oidc.issuer)] : [])],
    logLevel: readVariable(env, 'WIZBRIDGE_LOG_LEVEL'),
    callsPerSecond: readVariable(env, 'WIZBRIDGE_CALLS_PER_SECOND'),
    httpsProxy: readVariable(env, 'HTTPS_PROXY'),
    extraCaCerts: readVariable(env, 'NODE_EXTRA_CA_CERTS'),
    oidc,
    keep: {
      runDays: readVariable(env, 'WIZBRIDGE_KEEP_RUNS_DAYS') ?? 90,
      historyDays: readVariable(env, 'WIZBRIDGE_KEEP_HISTORY_DAYS'),
    },
    workerPort: readVariable(env, 'WIZBRIDGE_WORKER_PORT'),
    otlp: readOtlp(env),
  }
}

function readOtlp(env: NodeJS.ProcessEnv): OtlpConfig | undefined {
  const endpoint = readVariable(env, 'OTEL_EXPORTER_OTLP_ENDPOINT')?.replace(/\/+$/, '')
  if (endpoint === undefined) return undefined
  const pairs = readVariable(env, 'OTEL_EXPORTER_OTLP_HEADERS') ?? []
  const headers = pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), decoded(pair.slice(pair.indexOf('=') + 1))])
  return {
    endpoint,
    headers: Object.fromEntries(headers) as Record<string, string>,
    serviceName: readVariable(env, 'OTEL_SERVICE_NAME') ?? 'wizbridge',
  }
}

/** OpenTelemetry writes the values of headers as in a URL: `Bearer%20…`. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function readOidc(env: NodeJS.ProcessEnv): OidcConfig | undefined {
  const issuer = readVariable(env, 'WIZBRIDGE_OIDC_ISSUER')
  if (issuer === undefined) return undefined
  const need = <N extends VariableName>(name: N) => needVariable(env, name, 'WIZBRIDGE_OIDC_ISSUER')
  return {
    issuer,
    clientId: need('WIZBRIDGE_OIDC_CLIENT_ID'),
    clientSecret: need('WIZBRIDGE_OIDC_CLIENT_SECRET'),
    scopes: readVariable(env, 'WIZBRIDGE_OIDC_SCOPES') ?? ['openid', 'email', 'profile'],
    groupsClaim: readVariable(env, 'WIZBRIDGE_OIDC_GROUPS_CLAIM') ?? 'groups',
    roles: need('WIZBRIDGE_OIDC_ROLES'),
  }
}

function hostOf(address: string): AllowedHost {
  const url = new URL(address)
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port }
}
