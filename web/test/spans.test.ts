import { expect, it } from 'vitest'
import { spansOf } from '../src/pages/dashboard/spans.ts'

const daysOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    day: new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10),
    open: {},
    opened: 1,
    closed: index,
  }))

it('a month is shown day by day', () => {
  const spans = spansOf(daysOf(30))
  expect(spans).toHaveLength(30)
  expect(spans[0]).toEqual({ name: '1 Jan', from: '2026-01-01', until: '2026-01-02', opened: 1, closed: 0 })
})

it('more is shown in full weeks, of which the last ends with the last day', () => {
  const spans = spansOf(daysOf(90))
  expect(spans).toHaveLength(12)
  expect(spans[0]).toMatchObject({ name: 'Week from 7 Jan', from: '2026-01-07', until: '2026-01-14', opened: 7 })
  expect(spans.at(-1)).toMatchObject({ from: '2026-03-25', until: '2026-04-01', closed: 602 })
})
