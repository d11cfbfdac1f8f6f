import { words } from './format.ts'
import classes from './severity.module.css'

const LEVELS: Readonly<Record<string, number>> = { NONE: 0, INFORMATIONAL: 1, LOW: 2, MEDIUM: 3, HIGH: 4, CRITICAL: 5 }

/** How bad a severity is, from 0 on. */
export function severityLevel(severity: string | null): number {
  return LEVELS[severity ?? ''] ?? 0
}

/** How bad something is: bars whose number and colour say it, and the word. */
export function Severity({ value }: { value: unknown }) {
  if (typeof value !== 'string') return <span className={classes.none}>–</span>
  const level = severityLevel(value)
  return (
    <span className={classes.severity} data-severity={value}>
      <svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
        {[1, 2, 3, 4, 5].map((bar) => (
          <rect
            key={bar}
            x={(bar - 1) * 3}
            y={12 - bar * 2 - 2}
            width="2"
            height={bar * 2 + 2}
            rx="0.5"
            className={bar <= level ? classes.on : classes.off}
          />
        ))}
      </svg>
      {words(value)}
    </span>
  )
}
