import { useLocation, useNavigate } from '@tanstack/react-router'
import { useReducer } from 'react'
import type { Row } from '../../api/types.ts'
import { useShortcuts } from '../../ui/use-shortcuts.ts'
import type { Layout } from './layout.ts'

interface View {
  /** The first row that can be seen. */
  firstInSight(): number
  /** Brings a row into sight, and the focus to the list. */
  show(index: number): void
}

/** The active row of each entry of the browser's history, for the way back. */
const REMEMBERED = new Map<string, number>()

/** The row that keys act on, -1 where there is none, and a way to choose it. */
export function useActiveRow(layout: Layout, rows: readonly Row[], { firstInSight, show }: View) {
  const navigate = useNavigate()
  const entry = useLocation({ select: ({ state }) => state.__TSR_key ?? '' })
  const [, renderAgain] = useReducer((times: number) => times + 1, 0)
  const active = REMEMBERED.get(entry) ?? -1
  const point = (index: number) => {
    REMEMBERED.set(entry, index)
    renderAgain()
  }
  const move = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index))
    point(next)
    show(next)
  }
  const step = (by: number) => move(active < 0 ? firstInSight() : active + by)
  const open = () => {
    const row = rows[active]
    if (!row) return
    const plural = layout.pluralOf(String(row.kind ?? ''))
    const search = { connection: String(row.connection) }
    void navigate({ to: '/browse/$plural/$id', params: { plural, id: String(row.id) }, search })
  }
  useShortcuts([
    ['j', () => step(1)],
    ['k', () => step(-1)],
    ['ArrowDown', () => step(1)],
    ['ArrowUp', () => step(-1)],
    ['Home', () => move(0)],
    ['End', () => move(rows.length - 1)],
    ['Enter', open],
    ['Escape', () => point(-1)],
  ])
  return [active, point] as const
}
