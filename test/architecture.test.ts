import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '..')

/** Who may import whom. Reading order is import order: a room sees itself and the rooms named here, nothing else. */
const ROOMS: Record<string, readonly string[]> = {
  'hub/src': ['hub/src/kinds', 'hub/src/wiz', 'hub/src/store'],
  'hub/src/kinds': [],
  'hub/src/wiz': ['hub/src'],
  'hub/src/store': ['hub/src', 'hub/src/kinds', 'hub/src/wiz'],
  'hub/src/ingest': ['hub/src', 'hub/src/kinds', 'hub/src/wiz', 'hub/src/store'],
  'hub/src/access': ['hub/src', 'hub/src/kinds', 'hub/src/wiz', 'hub/src/store', 'hub/src/operations'],
  'hub/src/operations': [
    'hub/src',
    'hub/src/kinds',
    'hub/src/wiz',
    'hub/src/store',
    'hub/src/ingest',
    'hub/src/access',
  ],
  'hub/src/worker': [
    'hub/src',
    'hub/src/kinds',
    'hub/src/wiz',
    'hub/src/store',
    'hub/src/ingest',
    'hub/src/operations',
  ],
  'hub/src/api': ['hub/src', 'hub/src/operations', 'hub/src/access'],
  'hub/src/cli': ['hub/src', 'hub/src/access', 'hub/src/operations', 'hub/src/api', 'hub/src/worker'],
  'simulator/src': [],
  'web/src': [],
  bench: ['hub/src', 'hub/src/kinds', 'hub/src/wiz', 'hub/src/store', 'hub/src/ingest', 'hub/src/operations'],
}

const FILES = globSync('{hub,simulator,web,bench}/**/*.{ts,tsx}', {
  cwd: ROOT,
  exclude: (name) => name.includes('node_modules') || name.includes('dist'),
}).filter((file) => file.includes('/src/') || file.startsWith('bench/'))

/** The longest room a file lies in; a folder below a package's `src` that has no row of its own is an error. */
function roomOf(file: string): string {
  const folder = path.dirname(file)
  const isHub = folder.startsWith('hub/src')
  const room = isHub
    ? folder.split('/').slice(0, 3).join('/')
    : (folder.match(/^(simulator\/src|web\/src|bench)/)?.[0] ?? folder)
  if (!(room in ROOMS)) throw new Error(`${file} lies in ${room}, a room that test/architecture.test.ts does not know`)
  return room
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')
}

it('every import points to a room that the importing room may see', () => {
  const wrong: string[] = []
  for (const file of FILES) {
    const room = roomOf(file)
    for (const name of importsOf(file)) {
      if (!name.startsWith('.')) continue
      const target = path.normalize(path.join(path.dirname(file), name))
      if (target.endsWith('.json') || target.endsWith('.css')) continue
      const other = roomOf(target)
      if (other !== room && !ROOMS[room]?.includes(other)) wrong.push(`${file} imports ${target}`)
    }
  }
  expect(wrong).toEqual([])
})

it('RUN-6 the simulator and the product know nothing of each other', () => {
  const simulator = FILES.filter((file) => file.startsWith('simulator/src/'))
  expect(simulator.flatMap(importsOf).filter((name) => /hub|^wizbridge/.test(name))).toEqual([])
  const product = FILES.filter((file) => file.startsWith('hub/src/') && !file.startsWith('hub/src/cli/'))
  expect(product.flatMap(importsOf).filter((name) => name.startsWith('wizbridge-simulator'))).toEqual([])
})

it('no file is longer than 400 lines, and no folder is a drawer for everything', () => {
  const long = FILES.filter((file) => readFileSync(path.join(ROOT, file), 'utf8').split('\n').length > 400)
  expect(long).toEqual([])
  expect(FILES.filter((file) => /\/(utils?|helpers?|shared|managers?|common)(\/|\.)/.test(file))).toEqual([])
})
