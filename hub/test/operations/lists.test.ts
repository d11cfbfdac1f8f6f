import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloudResource } from '../../src/kinds/cloud-resource.ts'
import { issue } from '../../src/kinds/issue.ts'
import { KINDS } from '../../src/kinds/kinds.ts'
import { vulnerabilityFinding } from '../../src/kinds/vulnerability-finding.ts'
import { csvCell, csvLine } from '../../src/operations/csv.ts'
import { fieldsOfRows } from '../../src/operations/listing.ts'
import { listAssets } from '../../src/operations/objects/assets-list.ts'
import { exportRows } from '../../src/operations/objects/export.ts'
import { listFindings } from '../../src/operations/objects/findings-list.ts'
import { kindOperations } from '../../src/operations/objects/kind-operations.ts'
import { listKinds } from '../../src/operations/objects/kinds-list.ts'
import { OPERATIONS } from '../../src/operations/operations.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { addConnection, addRows } from '../query/rows.ts'
import { ask, OWNER } from './ask.ts'

let test: TestApp

beforeAll(async () => {
  test = await testApp()
  const one = await addConnection(test.app, 'one')
  const two = await addConnection(test.app, 'two')
  const at = (day: number) => `2026-03-${String(day).padStart(2, '0')}T00:00:00Z`
  const issues = Array.from({ length: 25 }, (_, index) => ({
    id: `i${index}`,
    severity: ['LOW', 'CRITICAL', null][index % 3] ?? null,
    status: 'OPEN',
    ruleName: index === 0 ? '=HYPERLINK("http://evil.example")' : `rule "${index}", with\nlines`,
    projectIds: [`p${index % 2}`],
    tags: { a: 1 },
    createdAt: at(1 + (index % 20)),
  }))
  await addRows(test.app, issue, one, issues)
  await addRows(test.app, issue, two, [{ id: 'i1', severity: 'HIGH', ruleName: 'the same id elsewhere' }])
  await addRows(test.app, vulnerabilityFinding, one, [
    { id: 'v1', name: 'CVE-2026-1', severity: 'CRITICAL', status: 'OPEN', firstDetectedAt: at(30) },
    { id: 'v2', name: 'CVE-2026-2', severity: 'NONE', status: 'RESOLVED', firstDetectedAt: at(30) },
  ])
  await addRows(test.app, cloudResource, one, [{ id: 'r1', name: 'vm', assetTypes: ['nginx', 'OpenSSL'] }])
})

afterAll(() => test.close())

async function read(input: Record<string, unknown>, caller = OWNER): Promise<string> {
  const { chunks } = await ask(test.app, exportRows, input, caller)
  let text = ''
  for await (const chunk of chunks) text += chunk
  return text
}

describe('lists', () => {
  it('RUN-2 has an operation to list and to show each kind, under its plural', () => {
    const names = OPERATIONS.map((operation) => operation.name)
    for (const kind of KINDS)
      expect(names).toEqual(expect.arrayContaining([`${kind.plural}.list`, `${kind.plural}.show`]))
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(OPERATIONS.map((operation) => operation.http)).size).toBe(names.length)
  })

  it('RUN-2 declares every input it names, and every column it shows', () => {
    for (const { name, http, args = [], secrets = [], columns = [], input, output } of OPERATIONS) {
      const named = [...http.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '')
      for (const each of [...named, ...args, ...secrets]) expect(Object.keys(input.shape), name).toContain(each)
      const fields = fieldsOfRows({ output })
      if (fields) expect(fields, name).toEqual(expect.arrayContaining([...columns]))
    }
  })

  it('VIEW-1 lists all findings together, the worst and newest first', async () => {
    const page = await ask(test.app, listFindings, { filter: ['severity>=HIGH'], total: true, limit: 4 })
    expect(page.items.map((row) => row.id)).toEqual(['v1', 'i19', 'i16', 'i13'])
    expect(page.items[0]).toMatchObject({ kind: 'vulnerability-finding', title: 'CVE-2026-1', connection: 'one' })
    expect(page.total).toBe(10)
    const next = await ask(test.app, listFindings, {
      filter: ['severity>=HIGH'],
      cursor: page.nextCursor ?? '',
      limit: 1000,
    })
    expect(next.items).toHaveLength(6)
    expect(next.nextCursor).toBeNull()
  })

  it('VIEW-1 ING-7 lists assets with their asset types', async () => {
    const { items } = await ask(test.app, listAssets, { filter: ['assetTypes=OpenSSL'] })
    expect(items).toMatchObject([{ id: 'r1', assetTypes: ['nginx', 'OpenSSL'] }])
  })

  it('ING-1 gives the whole object only when asked', async () => {
    const [list] = kindOperations(issue)
    if (!list) throw new Error('no list')
    const plain = (await ask(test.app, list, { limit: 1 })) as { items: object[] }
    expect(plain.items[0]).not.toHaveProperty('raw')
    const whole = (await ask(test.app, list, { limit: 1, raw: true })) as { items: { raw: object }[] }
    expect(whole.items[0]?.raw).toHaveProperty('ruleName')
  })

  it('VIEW-2 asks for the connection where several have the same id', async () => {
    const [, show] = kindOperations(issue)
    if (!show) throw new Error('no show')
    await expect(ask(test.app, show, { id: 'i1' })).rejects.toMatchObject({
      code: 'ambiguous',
      details: { connections: expect.arrayContaining(['one', 'two']) },
    })
    expect(await ask(test.app, show, { id: 'i1', connection: 'two' })).toMatchObject({ severity: 'HIGH' })
    expect(await ask(test.app, show, { id: 'i1' }, { ...OWNER, connectionIds: [1] })).toMatchObject({
      connection: 'one',
    })
    await expect(ask(test.app, show, { id: 'nope' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(ask(test.app, show, { id: 'i2' }, { ...OWNER, projectIds: ['p1'] })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('RUN-2 refuses inputs that do not exist and limits beyond reason', async () => {
    for (const input of [{ filtr: [] }, { limit: 0 }, { limit: 1001 }, { limit: 1.5 }, { filter: 'x=1' }]) {
      await expect(ask(test.app, listFindings, input)).rejects.toMatchObject({ code: 'bad-input' })
    }
  })

  it('RUN-2 describes the kinds with their fields', async () => {
    const { items } = await ask(test.app, listKinds)
    expect(items.map((kind) => kind.name)).toEqual(KINDS.map((kind) => kind.name))
    const severity = items.find((kind) => kind.name === 'issue')?.fields.find((field) => field.name === 'severity')
    expect(severity).toMatchObject({ type: 'text', values: expect.arrayContaining(['CRITICAL']) })
  })
})

describe('export', () => {
  it('VIEW-5 writes one JSON object per line', async () => {
    const lines = (await read({ kind: 'issues', raw: true })).trimEnd().split('\n')
    expect(lines).toHaveLength(26)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ connection: 'one', id: 'i0', raw: { id: 'i0' } })
  })

  it('VIEW-5 writes CSV that a spreadsheet reads as text', async () => {
    const text = await read({ kind: 'issue', format: 'csv', filter: ['id=i0', 'id=i3'] })
    const [head, first] = text.split('\r\n')
    expect(head?.split(',').slice(0, 3)).toEqual(['connection', 'id', 'type'])
    expect(first).toContain(`"'=HYPERLINK(""http://evil.example"")"`)
    expect(first).toContain('"{""a"":1}"')
    expect(text).toContain('"rule ""3"", with\nlines"')
  })

  it('VIEW-5 RUN-4 writes only what the caller may see, and tells mistakes before the first line', async () => {
    const lines = (await read({ kind: 'findings' }, { ...OWNER, connectionIds: [1], projectIds: ['p1'] }))
      .trim()
      .split('\n')
    expect(lines).toHaveLength(12)
    await expect(ask(test.app, exportRows, { kind: 'nothing' })).rejects.toMatchObject({ code: 'unknown-kind' })
    await expect(ask(test.app, exportRows, { kind: 'issues', filter: ['x=1'] })).rejects.toThrow(/no field "x"/)
    await expect(ask(test.app, exportRows, { kind: 'issues', sort: ['x'] })).rejects.toThrow(/no field "x"/)
  })

  it('VIEW-5 stops when the caller is gone', async () => {
    const gone = new AbortController()
    const context = { app: test.app, caller: OWNER, signal: gone.signal }
    const { chunks } = await exportRows.run(context, exportRows.input.parse({ kind: 'issues' }))
    gone.abort()
    await expect(
      (async () => {
        for await (const chunk of chunks) expect(chunk).toBe('')
      })(),
    ).rejects.toThrow(/aborted/)
  })
})

describe('CSV', () => {
  it('VIEW-5 never lets a cell begin with what a spreadsheet runs, and keeps the text behind it', () => {
    const hostile = fc.tuple(
      fc.constantFrom('', ' ', '"', "'", '\u00a0', '  "', '\n'),
      fc.constantFrom('=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠', ''),
      fc.string({ unit: 'grapheme' }),
    )
    const law = fc.property(hostile, (parts) => {
      const text = parts.join('')
      const cell = csvCell(text)
      const content = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
      const isNumber = text.trim() === text && text !== '' && !Number.isNaN(Number(text))
      if (!isNumber) expect(/^[\s"]*[=+\-@\t\r＝＋－＠]/.test(content)).toBe(false)
      expect([text, `'${text}`]).toContain(content)
    })
    fc.assert(law, { numRuns: 2000 })
  })

  it('VIEW-5 leaves numbers alone, and quotes as RFC 4180 says', () => {
    const cells = [-1, '-1.5', '+3', '-1+1', true, null, undefined, 'a,b', 'a"b', 'a\nb', ['x', 'y'], 'a;b']
    expect(csvLine(cells)).toBe(
      `-1,-1.5,+3,'-1+1,true,,,"a,b","a""b","a\nb","x; y","a;b"\r\n`.replace("'-1+1", `"'-1+1"`),
    )
  })
})
