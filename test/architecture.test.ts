import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '..')

const LEFT_OF_ACCESS = ['hub/src/kinds', 'hub/src/wiz', 'hub/src/store']
const LEFT_OF_WORKER = [...LEFT_OF_ACCESS, 'hub/src/ingest', 'hub/src/operations']

/** Who may import whom, in reading order: a room sees itself and the rooms named here, all of them left of it. */
const ROOMS: Record<string, readonly string[]> = {
  'hub/src/kinds': [],
  'hub/src/wiz': [],
  'hub/src/store': ['hub/src/kinds', 'hub/src/wiz'],
  'hub/src/access': LEFT_OF_ACCESS,
  'hub/src/ingest': LEFT_OF_ACCESS,
  'hub/src/operations': [...LEFT_OF_ACCESS, 'hub/src/access', 'hub/src/ingest'],
  'hub/src/api': ['hub/src/access', 'hub/src/operations'],
  'hub/src/worker': LEFT_OF_WORKER,
  'hub/src/cli': ['hub/src/access', 'hub/src/operations', 'hub/src/api', 'hub/src/worker'],
  'simulator/src': [],
  'web/src': [],
  bench: LEFT_OF_WORKER,
}

/** The files beside the rooms: everybody may import them, and only these two look into rooms. */
const BESIDE = 'hub/src'
const LOOKS_INTO: Record<string, readonly string[]> = {
  'hub/src/app.ts': ['hub/src/store', 'hub/src/wiz'],
  'hub/src/readiness.ts': ['hub/src/store'],
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
  if (!(room in ROOMS) && room !== BESIDE)
    throw new Error(`${file} lies in ${room}, a room that test/architecture.test.ts does not know`)
  return room
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')
}

/** What everybody in the product may import; a kind is plain data and needs none of it. */
function besideOf(room: string): readonly string[] {
  return room !== 'hub/src/kinds' && (room.startsWith('hub/') || room === 'bench') ? [BESIDE] : []
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
      const seen = room === BESIDE ? (LOOKS_INTO[file] ?? []) : [...(ROOMS[room] ?? []), ...besideOf(room)]
      if (other !== room && !seen.includes(other)) wrong.push(`${file} imports ${target}`)
    }
  }
  expect(wrong).toEqual([])
})

it('every room sees only rooms that stand left of it', () => {
  const order = Object.keys(ROOMS)
  const wrong = order.flatMap((room, at) => (ROOMS[room] ?? []).filter((other) => order.indexOf(other) >= at))
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
