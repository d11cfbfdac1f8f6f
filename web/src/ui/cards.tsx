import type { ReactNode } from 'react'
import classes from './cards.module.css'

interface Props {
  readonly label: string
  /** Has an edge of its own, where no panel is around it. */
  readonly isFramed?: boolean
  readonly children: ReactNode
}

/** The rows of a table where there is no room for columns: list items, one below the other. */
export function Cards({ label, isFramed = false, children }: Props) {
  return (
    <ul className={classes.cards} data-framed={isFramed || undefined} aria-label={label}>
      {children}
    </ul>
  )
}
