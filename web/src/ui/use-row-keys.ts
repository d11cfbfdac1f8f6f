import { useRef } from 'react'
import { useShortcuts } from './use-shortcuts.ts'

/** What the keys go through in a table: `data-row` marks its rows, whose first link or button Enter presses. */
export const ROW = { 'data-row': true, tabIndex: -1 } as const

/** Lets the keys of a list go through the rows of a table: the row with the focus is the active one. */
export function useRowKeys<T extends HTMLElement>() {
  const box = useRef<T>(null)
  const rows = () => [...(box.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
  const activeOf = (all: readonly HTMLElement[]) => all.findIndex((row) => row.contains(document.activeElement))
  const move = (row: HTMLElement | undefined) => {
    row?.focus({ preventScroll: true })
    row?.scrollIntoView({ block: 'nearest' })
  }
  const step = (by: number) => {
    const all = rows()
    const active = activeOf(all)
    const next = active < 0 ? all.find((row) => row.getBoundingClientRect().bottom > 0) : all[active + by]
    move(next)
  }
  const active = () => {
    const all = rows()
    return all[activeOf(all)]
  }
  useShortcuts([
    ['j', () => step(1)],
    ['k', () => step(-1)],
    ['ArrowDown', () => step(1)],
    ['ArrowUp', () => step(-1)],
    ['Home', () => move(rows()[0])],
    ['End', () => move(rows().at(-1))],
    ['Enter', () => active()?.querySelector<HTMLElement>('a, button')?.click()],
    ['Escape', () => active()?.blur()],
  ])
  return box
}
