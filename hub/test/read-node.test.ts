import { describe, expect, it } from 'vitest'
import { issue } from '../src/kinds/issue.ts'
import type { Kind } from '../src/kinds/kind.ts'
import { KINDS } from '../src/kinds/kinds.ts'
import { nodeReader } from '../src/kinds/read-node.ts'
import { safeJson } from '../src/store/binary-fields.ts'

/** The columns of a node by their names. */
function columnsOf(kind: Kind, node: unknown): Record<string, unknown> {
  const read = nodeReader(kind)(node)
  if ('rejected' in read) throw new Error(read.rejected.sentence)
  return Object.fromEntries(Object.keys(kind.columns).map((name, at) => [name, read.values[at]]))
}

describe('ING-1 a node as its columns', () => {
  it('follows paths, lists and the first way that leads somewhere', () => {
    const rules = [
      { id: 'wc-id-2', name: 'New', securitySubCategories: [{ category: { framework: { name: 'CIS' } } }] },
    ]
    const node = {
      id: 'a',
      sourceRules: rules,
      projects: [{ id: 'p' }, null, { id: 'q' }],
      entitySnapshot: { id: 'x' },
    }
    expect(columnsOf(issue, node)).toMatchObject({
      ruleId: 'wc-id-2',
      ruleName: 'New',
      frameworks: ['CIS'],
      projectIds: ['p', 'q'],
      assetId: 'x',
    })
    const old = { ...node, sourceRule: { id: 'wc-id-1', name: 'Old' } }
    expect(columnsOf(issue, old)).toMatchObject({ ruleId: 'wc-id-1', ruleName: 'Old' })
  })

  it('reads null and absent alike, wherever on the way', () => {
    for (const node of [{ id: 'a' }, { id: 'a', sourceRules: null, projects: null, entitySnapshot: null }]) {
      expect(columnsOf(issue, node)).toMatchObject({ ruleName: null, projectIds: null, assetId: null })
    }
  })

  it('keeps a node whose fields have the wrong type, and says which', () => {
    const read = nodeReader(issue)({ id: 'a', createdAt: 7, severity: 'SEVERE', projects: 'none' })
    expect(read).toMatchObject({ id: 'a' })
    const problems = 'problems' in read ? read.problems.map(({ code, column }) => [code, column]) : []
    expect(problems).toContainEqual(['unreadable', 'createdAt'])
    expect(problems).toContainEqual(['unreadable', 'projectIds'])
    expect(problems).toContainEqual(['unknown-value', 'severity'])
  })

  it('sets aside what has no usable id, whole', () => {
    for (const node of [null, 'x', [], {}, { id: '' }, { id: 3 }, { id: 'x'.repeat(2000) }]) {
      expect(nodeReader(issue)(node)).toMatchObject({ rejected: { column: 'id' }, raw: JSON.stringify(node) })
    }
  })

  it('keeps in the text what PostgreSQL can keep: whole surrogate pairs, but neither halves nor NUL', () => {
    const kept = String.raw`{"a":"\ud83d\ude80 \\ud800 \u00e9"}`
    expect(safeJson(kept)).toBe(kept)
    expect(safeJson(String.raw`{"a":"\ud83d \ude80 \u0000 \ud83d\ud83d\ude80"}`)).toBe(
      String.raw`{"a":"� � � �\ud83d\ude80"}`,
    )
  })

  it('gives equal nodes equal hashes, and nodes of different kinds different ones', () => {
    const node = { id: 'a', name: 'b' }
    const hashes = KINDS.map((kind) => nodeReader(kind)(node)).map((read) => 'hash' in read && read.hash)
    expect(new Set(hashes).size).toBe(KINDS.length)
    expect(nodeReader(issue)({ ...node })).toEqual(nodeReader(issue)(node))
  })
})
