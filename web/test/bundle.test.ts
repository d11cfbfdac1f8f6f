import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, it } from 'vitest'
import { ensureWeb } from '../../scripts/setup/web.mjs'

const ROOT = path.resolve(import.meta.dirname, '../..')
const DIST = path.join(ROOT, 'web/dist')
const MOST = 300 * 1024

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
}

beforeAll(() => ensureWeb(ROOT))

/** The scripts that a page needs before it can be shown. */
function scriptsOf(manifest: Readonly<Record<string, Chunk>>, ...names: readonly string[]): Set<string> {
  const files = new Set<string>()
  const visit = (name: string) => {
    const chunk = manifest[name]
    if (!chunk || files.has(chunk.file)) return
    files.add(chunk.file)
    for (const each of chunk.imports ?? []) visit(each)
  }
  for (const name of names) visit(name)
  return files
}

it.each([
  'src/pages/dashboard/dashboard-page.tsx',
  'src/pages/sign-in/sign-in-page.tsx',
  'src/pages/list/browse-page.tsx',
  'src/pages/object/object-page.tsx',
])('%s needs at most 300 KB of script, compressed', (page) => {
  const manifest = JSON.parse(readFileSync(path.join(DIST, '.vite/manifest.json'), 'utf8'))
  expect(manifest).toHaveProperty([page])
  const files = [...scriptsOf(manifest, 'index.html', page)]
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(DIST, file))).length, 0)
  expect(files.length).toBeGreaterThan(3)
  expect(bytes).toBeLessThanOrEqual(MOST)
})

it('the page allows scripts of our own only: none stands in the HTML', () => {
  const html = readFileSync(path.join(DIST, 'index.html'), 'utf8')
  expect(html.match(/<script[^>]*>[^<]/g)).toBeNull()
  expect(html.match(/ (on\w+|style)=/g)).toBeNull()
  expect(html.match(/(src|href)="(https?:)?\/\//g)).toBeNull()
})
