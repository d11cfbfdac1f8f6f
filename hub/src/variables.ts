import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { z } from 'zod'
import type { AllowedHost, GroupRole } from './config.ts'
import { Refused } from './errors.ts'

// From quiet to talkative.
const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number]

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

/** The name of a variable that is read. */
export type VariableName = keyof typeof VARIABLES

/** The names of all variables that are read. */
export const VARIABLE_NAMES = Object.keys(VARIABLES) as VariableName[]

type Value<N extends VariableName> = z.output<(typeof VARIABLES)[N][0]>

/** The value of a variable; undefined where it is not set, and a refusal where it is set wrongly. */
export function readVariable<N extends VariableName>(env: NodeJS.ProcessEnv, name: N): Value<N> | undefined {
  const value = env[name]
  // Compose files and CI set unused variables to nothing; that is not a value.
  if (value === undefined || value.trim() === '') return undefined
  const [schema, expected] = VARIABLES[name]
  const parsed = schema.safeParse(value)
  // The value itself is left out: it may be a secret.
  if (!parsed.success) throw new Refused('bad-config', `${name} must be ${expected}.`, { details: { variable: name } })
  return parsed.data as Value<N>
}

/** The value of a variable that another one makes necessary. */
export function needVariable<N extends VariableName>(env: NodeJS.ProcessEnv, name: N, because: VariableName): Value<N> {
  const value = readVariable(env, name)
  if (value !== undefined) return value
  const sentence = `${name} must be ${VARIABLES[name][1]}, because ${because} is set.`
  throw new Refused('bad-config', sentence, { details: { variable: name } })
}
