import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import type { MouseEvent } from 'react'
import type { Field } from '../../api/types.ts'
import { label } from '../../ui/format.ts'
import classes from './grid.module.css'

const MOST = 4

interface Props {
  readonly field: Field
  readonly sort: readonly string[]
  readonly onSort: (sort: string[]) => void
}

/** The heading of a column: a press sorts by it, with Shift by one more. */
export function SortHeader({ field, sort, onSort }: Props) {
  const { name, type, about } = field
  const at = sort.findIndex((each) => each.replace(/:.*/, '') === name)
  const direction = at < 0 ? undefined : sort[at]?.endsWith(':desc') ? 'descending' : 'ascending'
  const isNumber = type === 'number'
  const press = (event: MouseEvent) => {
    const next = nextTerm(name, direction)
    const others = sort.filter((_, index) => index !== at)
    if (!event.shiftKey) return onSort(next ? [next] : [])
    if (at < 0) return onSort(next ? [...sort, next].slice(-MOST) : [...sort])
    onSort(next ? sort.map((each, index) => (index === at ? next : each)) : others)
  }
  const canSort = type !== 'texts' && type !== 'json'
  return (
    // biome-ignore lint/a11y/useSemanticElements: the grid is made of divs, because it is virtual
    <div role="columnheader" aria-sort={direction ?? 'none'} className={classes.heading} tabIndex={-1}>
      {canSort ? (
        <button type="button" onClick={press} title={about} data-number={isNumber || undefined}>
          {label(name)}
          {direction === 'ascending' && <IconArrowUp size={13} aria-hidden />}
          {direction === 'descending' && <IconArrowDown size={13} aria-hidden />}
          {direction && sort.length > 1 && <small>{at + 1}</small>}
        </button>
      ) : (
        <span title={about}>{label(name)}</span>
      )}
    </div>
  )
}

/** Worst or newest first, then the other way round, then no longer. */
function nextTerm(name: string, direction: 'ascending' | 'descending' | undefined): string | null {
  if (direction === undefined) return `${name}:desc`
  return direction === 'descending' ? name : null
}
