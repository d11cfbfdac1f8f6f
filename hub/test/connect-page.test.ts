import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { NEEDED_SCOPES } from '../src/ingest/needed-scopes.ts'
import { TEMPLATES } from '../src/ingest/plans/templates.ts'
import { KINDS } from '../src/kinds/kinds.ts'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
const wordsOf = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')

/** The rows of the tables of the page that name scopes: what comes before them, and the scopes. */
const rows = read('docs/connect.md')
  .split('\n')
  .filter((line) => line.startsWith('|') && /`read:[a-z_]+`[^|]*\|$/.test(line))
  .map((line) => line.split('|').slice(1, -1))
  .map((cells) => ({ names: wordsOf(cells.slice(0, -1).join()), scopes: wordsOf(cells.at(-1)) }))

const scopesOf = (name: string) => rows.find(({ names }) => names.includes(name))?.scopes

describe('docs/connect.md', () => {
  it.each(KINDS)('CON-8 names the scope to tick for $name', ({ name, scopes }) => {
    expect(scopesOf(name)).toEqual(scopes.slice(0, 1))
  })

  it.each(TEMPLATES)('CON-8 names the scopes to tick for the template $name', ({ name, scopes }) => {
    expect(scopesOf(name)).toEqual(scopes)
  })

  it('CON-8 names no kind, template or scope that there is not', () => {
    const known = [...KINDS, ...TEMPLATES].map(({ name }) => name)
    expect(rows.flatMap(({ names }) => names).sort()).toEqual(known.sort())
    const named = read('docs/connect.md').match(/\b(?:read|write|create|update):[a-z_]+/g) ?? []
    expect(new Set(named)).toEqual(NEEDED_SCOPES)
  })
})

describe('the permission dialog', () => {
  it('CON-8 asks for the same scopes', () => {
    const asked = read('web/src/pages/connect/permission-dialog.tsx').match(/\b[a-z]+:[a-z]+(?:_[a-z]+)*(?=')/g) ?? []
    expect(new Set(asked)).toEqual(new Set(KINDS.flatMap(({ scopes }) => scopes.slice(0, 1))))
  })
})
