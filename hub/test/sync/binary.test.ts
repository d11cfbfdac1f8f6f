import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KINDS } from '../../src/kinds/kinds.ts'
import type { Value } from '../../src/kinds/read-node.ts'
import { sqlName } from '../../src/store/sql-name.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { addConnection, addRows } from '../query/rows.ts'

const kind = KINDS.find(({ name }) => name === 'vulnerability-finding') ?? expect.fail('no such kind')

let test: TestApp
let connections = 0
beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test?.close())

const two = (n: number) => String(n).padStart(2, '0')
const anyMoment = fc
  .record({
    at: fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-30'), noInvalidDate: true }),
    fraction: fc.stringMatching(/^\d{0,6}$/),
    offset: fc.option(fc.record({ sign: fc.constantFrom('+', '-'), hours: fc.nat(15), minutes: fc.nat(59) })),
  })
  .map(({ at, fraction, offset }) => {
    const zone = offset ? `${offset.sign}${two(offset.hours)}:${two(offset.minutes)}` : 'Z'
    return `${at.toISOString().slice(0, 19)}${fraction && `.${fraction}`}${zone}`
  })
const anyText = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\0', '').toWellFormed())

const ANY: Record<string, fc.Arbitrary<Value>> = {
  text: anyText,
  time: anyMoment,
  number: fc.double({ noNaN: true, noDefaultInfinity: true }),
  boolean: fc.boolean(),
  texts: fc.array(fc.oneof(anyText, fc.constantFrom('', 'NULL', '{}', '"', '\\')), { maxLength: 4 }),
  json: fc.dictionary(anyText, fc.oneof(anyText, fc.integer(), fc.constant(null))),
}
/** What PostgreSQL makes of a value given as JSON. */
const READ: Record<string, string> = {
  text: "given #>> '{}'",
  time: "(given #>> '{}')::timestamptz",
  number: "(given #>> '{}')::float8",
  boolean: "(given #>> '{}')::boolean",
  texts: "CASE WHEN given <> 'null' THEN ARRAY(SELECT * FROM jsonb_array_elements_text(given)) END",
  json: "nullif(given, 'null')",
}

describe('ING-8 a row in binary', () => {
  it.each(Object.keys(ANY))('holds in its %s columns what PostgreSQL itself reads', async (type) => {
    const columns = Object.entries(kind.columns).filter(([name, column]) => column.type === type && name !== 'id')
    expect(columns).not.toEqual([])
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(ANY[type] as fc.Arbitrary<Value>), { minLength: 1, maxLength: 30 }),
        async (values) => {
          const connectionId = await addConnection(test.app, `binary-${++connections}`)
          const rows = values.map((value, at) => ({
            id: `row-${at}`,
            ...Object.fromEntries(columns.map(([name]) => [name, value])),
          }))
          await addRows(test.app, kind, connectionId, rows)
          for (const [name] of columns) {
            const column = `"${sqlName(name)}"`
            const { rows: wrong } = await test.app.store.pool.query(
              `SELECT id, ${column} AS stored, given FROM vulnerability_finding
             JOIN jsonb_to_recordset($2::text::jsonb) AS every (id text, given jsonb) USING (id)
             WHERE connection_id = $1 AND ${column} IS DISTINCT FROM ${READ[type]}`,
              [connectionId, JSON.stringify(rows.map(({ id }, at) => ({ id, given: values[at] })))],
            )
            expect(wrong, name).toEqual([])
          }
        },
      ),
      { numRuns: 20 },
    )
  })
})
