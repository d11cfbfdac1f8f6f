import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowIds } from '../src/world/chance/row-ids.ts'
import { RowOrder } from '../src/world/table/row-order.ts'
import { formatFiner, formatTimestamp, parseTimestamp } from '../src/world/time/timestamp.ts'

describe('row ids', () => {
  it('lead back to their row, and to no other', () => {
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.nat(0xffffffff),
        fc.constantFrom(4 as const, 5 as const),
        (key, row, version) => {
          const ids = rowIds(key, version)
          const id = ids.id(row)
          expect(id).toMatch(
            new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
          )
          expect(ids.row(id)).toBe(row)
          expect(rowIds(key + 1, version).row(id)).toBe(-1)
        },
      ),
    )
  })

  it('are not taken for ids when they are none', () => {
    fc.assert(fc.property(fc.string(), (text) => rowIds(1).row(text) === -1))
  })
})

describe('timestamps', () => {
  const micros = fc.integer({ min: 0, max: 4_102_444_800_000_000 })

  it('are written so that they read back to the microsecond', () => {
    fc.assert(
      fc.property(micros, fc.integer({ min: 0, max: 999 }), (at, nanos) => {
        expect(parseTimestamp(formatTimestamp(at))).toBe(at)
        expect(parseTimestamp(formatFiner(at, String(nanos).padStart(3, '0')))).toBe(at)
      }),
    )
  })

  it('are read with any offset, and refused when they are none', () => {
    expect(parseTimestamp('2026-01-01T02:00:00.5+02:00')).toBe(Date.UTC(2026, 0, 1) * 1000 + 500_000)
    for (const text of ['2026-01-01', '2026-01-01T00:00:00', '2026-13-01T00:00:00Z', 'now', '']) {
      expect(parseTimestamp(text)).toBeUndefined()
    }
  })
})

describe('row orders', () => {
  const key = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Number.NaN))
  const change = fc.record({ row: fc.nat(39), key, gone: fc.boolean() })

  it('walk like a fresh sort, from any position, whatever moved since they were built', () => {
    fc.assert(
      fc.property(
        fc.array(key, { minLength: 1, maxLength: 30 }),
        fc.array(fc.array(change, { maxLength: 10 }), { maxLength: 3 }),
        fc.constantFrom('ASC' as const, 'DESC' as const),
        fc.option(fc.record({ key: fc.integer({ min: -1, max: 6 }), row: fc.nat(40) }), { nil: undefined }),
        (start, rounds, direction, after) => {
          const keys = [...start]
          const gone = new Set<number>()
          const order = new RowOrder(
            { size: () => keys.length, isLive: (row) => !gone.has(row) },
            (row) => keys[row] ?? null,
            Number.POSITIVE_INFINITY,
          )
          const check = () => {
            const sortable = (row: number) =>
              Number.isNaN(keys[row]) ? Number.POSITIVE_INFINITY : (keys[row] as number)
            const step = direction === 'ASC' ? 1 : -1
            const compare = (a: number, b: number) =>
              (sortable(a) === sortable(b) ? a - b : sortable(a) - sortable(b)) * step
            const wanted = [...keys.keys()]
              .filter((row) => !gone.has(row))
              .filter((row) => {
                if (!after) return true
                const key = sortable(row)
                return (key === after.key ? row - after.row : key - after.key) * step > 0
              })
              .sort(compare)
            const next = order.walk(direction, after)
            const got: number[] = []
            for (let row = next(); row >= 0; row = next()) got.push(row)
            expect(got).toEqual(wanted)
          }
          check()
          for (const round of rounds) {
            for (const { row, key: to, gone: isGone } of round) {
              const at = Math.min(row, keys.length)
              keys[at] = to
              if (isGone) gone.add(at)
              order.touch(at)
            }
            check()
          }
        },
      ),
    )
  })
})
