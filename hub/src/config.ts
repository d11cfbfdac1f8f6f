import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import path from 'node:path'
import { z } from 'zod'
import { Refused } from './errors.ts'

/** The levels `WIZBRIDGE_LOG_LEVEL` may name, from quiet to talkative. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

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

const KEY_BYTES = 32

const text = z.string().trim()

function isUrlOf(value: string, protocols: string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol)
}

function isMasterKey(value: string): boolean {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(value) && Buffer.from(value, 'base64').length === KEY_BYTES
}

// Node itself only warns of such a file, and then trusts nobody it names.
function holdsCertificates(file: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes('-----BEGIN CERTIFICATE-----')
  } catch {
    return false
  }
}

const port = text
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().max(65_535))

const days = text
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().min(1))

const list = text.transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)

function parseAllowedHost(entry: string): AllowedHost | undefined {
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<name>[A-Za-z0-9._-]+))(?::(?<port>\d{1,5}))?$/.exec(entry)
  const { six, name, port: digits } = match?.groups ?? {}
  if (six !== undefined ? isIP(six) !== 6 : name === undefined) return undefined
  const port = digits === undefined ? undefined : Number(digits)
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined
  return { host: (six ?? name ?? '').toLowerCase(), port }
}

const allowedHosts = list.transform((entries, context) =>
  entries.flatMap((entry) => {
    const host = parseAllowedHost(entry)
    if (host) return [host]
    context.addIssue({ code: 'custom', message: 'not a host' })
    return []
  }),
)

const groupRoles = list.transform((entries, context) =>
  entries.flatMap((entry) => {
    const match = /^(?<group>.+?)=(?<role>viewer|operator|admin)(?<limits>(?::(?:projects|connections)=[^:]+)*)$/.exec(
      entry,
    )
    const { group = '', role = '', limits = '' } = match?.groups ?? {}
    const limit = (name: string) =>
      limits
        .split(':')
        .find((part) => part.startsWith(`${name}=`))
        ?.slice(name.length + 1)
        .split('|')
        .map((part) => part.trim())
        .filter((part) => part !== '')
    const parsed = {
      group,
      role: role as GroupRole['role'],
      projectIds: limit('projects'),
      connections: limit('connections'),
    }
    // A limit that names nothing would be taken for none.
    if (match && parsed.projectIds?.length !== 0 && parsed.connections?.length !== 0) return [parsed]
    context.addIssue({ code: 'custom', message: 'not a mapping' })
    return []
  }),
)

/** Each variable: how it is read, and what to tell somebody who set it wrongly. */
const VARIABLES = {
  DATABASE_URL: [
    text.refine((value) => isUrlOf(value, ['postgres:', 'postgresql:'])),
    'a PostgreSQL address such as postgres://user:password@host:5432/database',
  ],
  WIZBRIDGE_DATA_DIR: [text, 'the path of a folder'],
  WIZBRIDGE_MASTER_KEY: [
    list.refine((keys) => keys.length > 0 && keys.every(isMasterKey)),
    'base64 of exactly 32 bytes (make one with "openssl rand -base64 32"), or several separated by commas, the newest first',
  ],
  WIZBRIDGE_HOST: [text.regex(/^[A-Za-z0-9._:-]+$/), 'a host name or an IP address to listen on'],
  WIZBRIDGE_PORT: [port, 'a port number from 0 to 65535 (0 takes any free one)'],
  WIZBRIDGE_PUBLIC_URL: [
    text.refine((value) => isUrlOf(value, ['http:', 'https:'])),
    'an address such as https://wizbridge.example.com',
  ],
  WIZBRIDGE_ALLOW_HOSTS: [allowedHosts, 'hosts as host or host:port, separated by commas, without http://'],
  WIZBRIDGE_LOG_LEVEL: [z.enum(LOG_LEVELS), `one of ${LOG_LEVELS.join(', ')}`],
  WIZBRIDGE_CALLS_PER_SECOND: [
    text.transform(Number).refine((calls) => calls >= 0.2 && calls <= 200),
    'a number of calls from 0.2 to 200',
  ],
  HTTPS_PROXY: [
    text.refine((value) => isUrlOf(value, ['http:', 'https:'])),
    'the address of a proxy such as http://proxy.example.com:3128',
  ],
  NODE_EXTRA_CA_CERTS: [
    text.refine(holdsCertificates),
    'the path of a PEM file with certificates, which this account may read',
  ],
  WIZBRIDGE_WORKER_PORT: [port, 'a port number from 0 to 65535 (0 takes any free one)'],
  WIZBRIDGE_KEEP_RUNS_DAYS: [days, 'a whole number of days, 1 or more'],
  WIZBRIDGE_KEEP_HISTORY_DAYS: [days, 'a whole number of days, 1 or more'],
  OTEL_EXPORTER_OTLP_ENDPOINT: [
    text.refine((value) => isUrlOf(value, ['http:', 'https:'])),
    'the address of an OpenTelemetry collector such as http://127.0.0.1:4318',
  ],
  OTEL_EXPORTER_OTLP_HEADERS: [
    list.refine((pairs) => pairs.every((pair) => /^[A-Za-z0-9-]+=.+$/.test(pair))),
    'headers as name=value, separated by commas',
  ],
  OTEL_SERVICE_NAME: [text, 'the name of this service in traces'],
  WIZBRIDGE_OIDC_ISSUER: [
    text.refine((value) => isUrlOf(value, ['https:', 'http:'])),
    'the address of the identity provider, such as https://login.example.com',
  ],
  WIZBRIDGE_OIDC_CLIENT_ID: [text, 'the client id that the identity provider gave'],
  WIZBRIDGE_OIDC_CLIENT_SECRET: [text, 'the client secret that the identity provider gave'],
  WIZBRIDGE_OIDC_SCOPES: [
    text.transform((value) => value.split(/[\s,]+/)),
    'scopes such as "openid email profile groups"',
  ],
  WIZBRIDGE_OIDC_GROUPS_CLAIM: [text, 'the name of the claim that lists the groups'],
  WIZBRIDGE_OIDC_ROLES: [
    groupRoles,
    'mappings such as "security=admin,platform=operator:projects=a|b:connections=prod", with * for everybody, separated by commas',
  ],
} as const

type Name = keyof typeof VARIABLES

/** The names of all variables that are read. */
export const VARIABLE_NAMES = Object.keys(VARIABLES)

function read<N extends Name>(env: NodeJS.ProcessEnv, name: N): z.output<(typeof VARIABLES)[N][0]> | undefined {
  const value = env[name]
  // Compose files and CI set unused variables to nothing; that is not a value.
  if (value === undefined || value.trim() === '') return undefined
  const [schema, expected] = VARIABLES[name]
  const parsed = schema.safeParse(value)
  // The value itself is left out: it may be a secret.
  if (!parsed.success) throw new Refused('bad-config', `${name} must be ${expected}.`, { details: { variable: name } })
  return parsed.data as z.output<(typeof VARIABLES)[N][0]>
}

/** Reads the environment, or refuses with one sentence that names the variable and what it must be. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  // What nothing asks for here may still be a mistake: roles without an issuer, headers without an endpoint.
  for (const name of Object.keys(VARIABLES) as Name[]) read(env, name)
  const host = read(env, 'WIZBRIDGE_HOST') ?? '127.0.0.1'
  const port = read(env, 'WIZBRIDGE_PORT') ?? 4680
  const oidc = readOidc(env)
  const publicUrl = read(env, 'WIZBRIDGE_PUBLIC_URL') ?? `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`
  return {
    databaseUrl: read(env, 'DATABASE_URL'),
    dataDir: path.resolve(read(env, 'WIZBRIDGE_DATA_DIR') ?? 'data'),
    masterKeys: read(env, 'WIZBRIDGE_MASTER_KEY'),
    host,
    port,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    // Naming an identity provider is leave to call it.
    allowHosts: [...(read(env, 'WIZBRIDGE_ALLOW_HOSTS') ?? []), ...(oidc ? [hostOf(oidc.issuer)] : [])],
    logLevel: read(env, 'WIZBRIDGE_LOG_LEVEL'),
    callsPerSecond: read(env, 'WIZBRIDGE_CALLS_PER_SECOND'),
    httpsProxy: read(env, 'HTTPS_PROXY'),
    extraCaCerts: read(env, 'NODE_EXTRA_CA_CERTS'),
    oidc,
    keep: {
      runDays: read(env, 'WIZBRIDGE_KEEP_RUNS_DAYS') ?? 90,
      historyDays: read(env, 'WIZBRIDGE_KEEP_HISTORY_DAYS'),
    },
    workerPort: read(env, 'WIZBRIDGE_WORKER_PORT'),
    otlp: readOtlp(env),
  }
}

function readOtlp(env: NodeJS.ProcessEnv): OtlpConfig | undefined {
  const endpoint = read(env, 'OTEL_EXPORTER_OTLP_ENDPOINT')?.replace(/\/+$/, '')
  if (endpoint === undefined) return undefined
  const pairs = read(env, 'OTEL_EXPORTER_OTLP_HEADERS') ?? []
  const headers = pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])
  return {
    endpoint,
    headers: Object.fromEntries(headers) as Record<string, string>,
    serviceName: read(env, 'OTEL_SERVICE_NAME') ?? 'wizbridge',
  }
}

function readOidc(env: NodeJS.ProcessEnv): OidcConfig | undefined {
  const issuer = read(env, 'WIZBRIDGE_OIDC_ISSUER')
  if (issuer === undefined) return undefined
  const needed = <N extends Name>(name: N) => {
    const value = read(env, name)
    if (value !== undefined) return value
    const sentence = `${name} must be ${VARIABLES[name][1]}, because WIZBRIDGE_OIDC_ISSUER is set.`
    throw new Refused('bad-config', sentence, { details: { variable: name } })
  }
  return {
    issuer,
    clientId: needed('WIZBRIDGE_OIDC_CLIENT_ID'),
    clientSecret: needed('WIZBRIDGE_OIDC_CLIENT_SECRET'),
    scopes: read(env, 'WIZBRIDGE_OIDC_SCOPES') ?? ['openid', 'email', 'profile'],
    groupsClaim: read(env, 'WIZBRIDGE_OIDC_GROUPS_CLAIM') ?? 'groups',
    roles: needed('WIZBRIDGE_OIDC_ROLES'),
  }
}

function hostOf(address: string): AllowedHost {
  const url = new URL(address)
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port }
}
