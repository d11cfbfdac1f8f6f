import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '..')
const ID = /\b(?:CON|ING|CAT|VIEW|MON|PUSH|WHK|RUN)-\d+\b/g

const required = [...read('docs/requirements.md').matchAll(/^- ((?:CON|ING|CAT|VIEW|MON|PUSH|WHK|RUN)-\d+) /gm)].map(
  (match) => match[1] ?? '',
)
const held = heldBy()

/** Which test files hold which id: an id counts where it stands in the name of a test or of a group of them. */
function heldBy(): Map<string, string[]> {
  const files = globSync('{hub,simulator,web}/**/*.test.{ts,tsx}', {
    cwd: ROOT,
    exclude: (name) => name.includes('node_modules'),
  })
  const found = new Map<string, string[]>()
  for (const file of [...files, 'test/architecture.test.ts'].sort()) {
    const names = [...read(file).matchAll(/\b(?:it|test|describe)(?:\.\w+)*\s*\(?[^'"`\n]*['"`]([^'"`\n]*)/g)]
    for (const id of new Set(names.flatMap((match) => (match[1] ?? '').match(ID) ?? []))) {
      // What the simulator can do says nothing of what the product does with it.
      if (file.startsWith('simulator/') && id !== 'RUN-6') continue
      found.set(id, [...(found.get(id) ?? []), file])
    }
  }
  return found
}

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8')
}

it('every id that a test cites is a requirement', () => {
  expect([...held.keys()].filter((id) => !required.includes(id))).toEqual([])
})

it('every requirement that was held is held still', () => {
  const before = read('test/held-requirements.txt').trim().split('\n')
  expect(before.filter((id) => !held.has(id))).toEqual([])
})

it('the list of held requirements is up to date', () => {
  const now = required.filter((id) => held.has(id))
  expect(
    read('test/held-requirements.txt').trim().split('\n'),
    'write the new ids into test/held-requirements.txt',
  ).toEqual(now)
  const open = required.filter((id) => !held.has(id))
  const rows = now.map((id) => `${id.padEnd(8)} ${held.get(id)?.join(', ')}`)
  process.stdout.write(`\nRequirements held by tests:\n${rows.join('\n')}\nStill open: ${open.join(' ') || 'none'}\n`)
})
