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
  /** Undefined leaves the choice to the face: `info` for serve, `warn` for the CLI. */
  logLevel: LogLevel | undefined
  httpsProxy: string | undefined
  /** Node itself reads this file at start; kept here so that it can be shown and checked. */
  extraCaCerts: string | undefined
}

const KEY_BYTES = 32

const text = z.string().trim()

function isUrlOf(value: string, protocols: string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol)
}

function isMasterKey(value: string): boolean {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(value) && Buffer.from(value, 'base64').length === KEY_BYTES
}

const port = text
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().max(65_535))

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
  HTTPS_PROXY: [
    text.refine((value) => isUrlOf(value, ['http:', 'https:'])),
    'the address of a proxy such as http://proxy.example.com:3128',
  ],
  NODE_EXTRA_CA_CERTS: [text, 'the path of a PEM file'],
} as const

type Name = keyof typeof VARIABLES

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
  const host = read(env, 'WIZBRIDGE_HOST') ?? '127.0.0.1'
  const port = read(env, 'WIZBRIDGE_PORT') ?? 4680
  const publicUrl = read(env, 'WIZBRIDGE_PUBLIC_URL') ?? `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`
  return {
    databaseUrl: read(env, 'DATABASE_URL'),
    dataDir: path.resolve(read(env, 'WIZBRIDGE_DATA_DIR') ?? 'data'),
    masterKeys: read(env, 'WIZBRIDGE_MASTER_KEY'),
    host,
    port,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    allowHosts: read(env, 'WIZBRIDGE_ALLOW_HOSTS') ?? [],
    logLevel: read(env, 'WIZBRIDGE_LOG_LEVEL'),
    httpsProxy: read(env, 'HTTPS_PROXY'),
    extraCaCerts: read(env, 'NODE_EXTRA_CA_CERTS'),
  }
}
