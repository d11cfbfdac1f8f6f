import type { ReactNode } from 'react'
import classes from './notice.module.css'

interface Props {
  readonly tone: 'good' | 'warn' | 'bad' | 'calm'
  readonly title?: ReactNode
  readonly icon?: ReactNode
  /** `alert` is read out at once, `status` when there is time, `note` only when it is come by. */
  readonly role?: 'alert' | 'status' | 'note'
  readonly children?: ReactNode
}

/** Something to know, set apart from the rest: its tone is in the colour of the edge, what it says in plain text. */
export function Notice({ tone, title, icon, role = 'note', children }: Props) {
  return (
    <div className={classes.notice} data-tone={tone} role={role}>
      {icon && <span className={classes.icon}>{icon}</span>}
      <div className={classes.body}>
        {title && <p className={classes.title}>{title}</p>}
        {children}
      </div>
    </div>
  )
}
