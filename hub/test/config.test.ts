import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../src/config.ts'
import { outcomeOf, Refused } from '../src/errors.ts'
import { VARIABLE_NAMES } from '../src/variables.ts'

const KEY = Buffer.alloc(32, 7).toString('base64')

function refusalOf(env: Record<string, string>): Refused {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
  throw new Error('The configuration was accepted.')
}

const folder = mkdtempSync(path.join(tmpdir(), 'wizbridge-config-'))
const certificates = path.join(folder, 'ca.pem')
writeFileSync(certificates, '-----BEGIN CERTIFICATE-----\n')
afterAll(() => rmSync(folder, { recursive: true }))

describe('loadConfig', () => {
  it('RUN-3 knows a default for everything', () => {
    expect(loadConfig({})).toEqual({
      databaseUrl: undefined,
      dataDir: path.resolve('data'),
      masterKeys: undefined,
      host: '127.0.0.1',
      port: 4680,
      publicUrl: 'http://127.0.0.1:4680',
      allowHosts: [],
      logLevel: undefined,
      httpsProxy: undefined,
      extraCaCerts: undefined,
      oidc: undefined,
      keep: { runDays: 90, historyDays: undefined },
      workerPort: undefined,
      otlp: undefined,
    })
  })

  it('takes every variable', () => {
    const config = loadConfig({
      DATABASE_URL: 'postgresql://u:p@db.internal:5432/wizbridge?sslmode=require',
      WIZBRIDGE_DATA_DIR: '/srv/wizbridge',
      WIZBRIDGE_MASTER_KEY: `${KEY}, ${Buffer.alloc(32, 8).toString('base64')}`,
      WIZBRIDGE_HOST: '::1',
      WIZBRIDGE_PORT: '0',
      WIZBRIDGE_PUBLIC_URL: 'https://bridge.example.com/',
      WIZBRIDGE_ALLOW_HOSTS: '127.0.0.1:9010, Hooks.Example.com,[::1]:8080',
      WIZBRIDGE_LOG_LEVEL: 'debug',
      HTTPS_PROXY: 'http://proxy:3128',
      NODE_EXTRA_CA_CERTS: certificates,
    })
    expect(config.databaseUrl).toBe('postgresql://u:p@db.internal:5432/wizbridge?sslmode=require')
    expect(config.dataDir).toBe('/srv/wizbridge')
    expect(config.masterKeys).toEqual([KEY, Buffer.alloc(32, 8).toString('base64')])
    expect(config.port).toBe(0)
    expect(config.publicUrl).toBe('https://bridge.example.com')
    expect(config.allowHosts).toEqual([
      { host: '127.0.0.1', port: 9010 },
      { host: 'hooks.example.com', port: undefined },
      { host: '::1', port: 8080 },
    ])
    expect(config.logLevel).toBe('debug')
  })

  it('RUN-4 reads an identity provider, and allows calls to it', () => {
    const config = loadConfig({
      WIZBRIDGE_OIDC_ISSUER: 'https://login.example.com/realm',
      WIZBRIDGE_OIDC_CLIENT_ID: 'wizbridge',
      WIZBRIDGE_OIDC_CLIENT_SECRET: 'kept',
      WIZBRIDGE_OIDC_ROLES: 'sec=admin, dev team=operator:projects=a|b:connections=prod ,*=viewer',
    })
    expect(config.allowHosts).toEqual([{ host: 'login.example.com', port: 443 }])
    expect(config.oidc).toEqual({
      issuer: 'https://login.example.com/realm',
      clientId: 'wizbridge',
      clientSecret: 'kept',
      scopes: ['openid', 'email', 'profile'],
      groupsClaim: 'groups',
      roles: [
        { group: 'sec', role: 'admin', projectIds: undefined, connections: undefined },
        { group: 'dev team', role: 'operator', projectIds: ['a', 'b'], connections: ['prod'] },
        { group: '*', role: 'viewer', projectIds: undefined, connections: undefined },
      ],
    })
    expect(refusalOf({ WIZBRIDGE_OIDC_ISSUER: 'https://login.example.com' }).message).toMatch(
      /^WIZBRIDGE_OIDC_CLIENT_ID must be .+ because WIZBRIDGE_OIDC_ISSUER is set\.$/,
    )
  })

  it('RUN-3 reads no variable that the documentation leaves out', () => {
    const page = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8')
    expect(VARIABLE_NAMES.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })

  it('takes an empty variable for an unset one, and puts an IPv6 host in brackets', () => {
    const config = loadConfig({ WIZBRIDGE_PORT: ' ', DATABASE_URL: '', WIZBRIDGE_HOST: '::1' })
    expect(config.databaseUrl).toBeUndefined()
    expect(config.publicUrl).toBe('http://[::1]:4680')
  })

  it.each([
    ['DATABASE_URL', 'mysql://u:hunter2secret@h/db'],
    ['DATABASE_URL', 'not an address'],
    ['WIZBRIDGE_MASTER_KEY', 'hunter2secret'],
    ['WIZBRIDGE_MASTER_KEY', Buffer.alloc(31, 7).toString('base64')],
    ['WIZBRIDGE_MASTER_KEY', `${KEY},hunter2secret`],
    ['WIZBRIDGE_MASTER_KEY', ','],
    ['WIZBRIDGE_HOST', 'http://hunter2secret'],
    ['WIZBRIDGE_PORT', '65536'],
    ['WIZBRIDGE_PORT', '-1'],
    ['WIZBRIDGE_PORT', '4680x'],
    ['WIZBRIDGE_PUBLIC_URL', 'bridge.example.com'],
    ['WIZBRIDGE_ALLOW_HOSTS', 'https://hunter2secret'],
    ['WIZBRIDGE_ALLOW_HOSTS', 'host:0'],
    ['WIZBRIDGE_ALLOW_HOSTS', 'host:70000'],
    ['WIZBRIDGE_ALLOW_HOSTS', '[127.0.0.1]:80'],
    ['WIZBRIDGE_LOG_LEVEL', 'loud'],
    ['HTTPS_PROXY', 'socks5://proxy'],
    ['WIZBRIDGE_OIDC_ISSUER', 'login.example.com'],
    ['WIZBRIDGE_OIDC_ROLES', 'hunter2secret'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2secret'],
    ['NODE_EXTRA_CA_CERTS', '/nowhere/hunter2secret.pem'],
    ['NODE_EXTRA_CA_CERTS', path.resolve('package.json')],
  ])('refuses a bad %s in one sentence that does not repeat the value', (variable, value) => {
    const refusal = refusalOf({ [variable]: value })
    expect(refusal.code).toBe('bad-config')
    expect(refusal.message).toMatch(new RegExp(`^${variable} must be .+\\.$`))
    expect(refusal.message).not.toContain('hunter2secret')
    expect(refusal.details).toEqual({ variable })
    expect(outcomeOf(refusal).exitCode).toBe(2)
  })
})
