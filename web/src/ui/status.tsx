import { Tooltip } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCircle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleDot,
  IconCircleMinus,
  IconCircleX,
  IconClock,
  IconLoader2,
  type TablerIcon,
} from '@tabler/icons-react'
import { words } from './format.ts'
import classes from './status.module.css'

type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'calm' | 'open'
interface Face {
  readonly text: string
  readonly tone: Tone
  readonly icon: TablerIcon
  readonly hint?: string
}

const FACES: Readonly<Record<string, Face>> = {
  OPEN: { text: 'Open', tone: 'open', icon: IconCircle },
  IN_PROGRESS: { text: 'In progress', tone: 'busy', icon: IconCircleDot },
  RESOLVED: { text: 'Resolved', tone: 'good', icon: IconCircleCheck },
  REJECTED: {
    text: 'Ignored',
    tone: 'calm',
    icon: IconCircleMinus,
    hint: 'Rejected in Wiz; its status here is Accepted Failed. Wiz is the authority: change it there.',
  },
  Active: { text: 'Active', tone: 'calm', icon: IconCircleDot },
  Inactive: { text: 'Inactive', tone: 'calm', icon: IconCircleMinus },
  active: { text: 'Active', tone: 'good', icon: IconCircleCheck },
  inactive: { text: 'Inactive', tone: 'bad', icon: IconAlertTriangle },
  'not-connected': { text: 'Not connected', tone: 'calm', icon: IconCircleDashed },
  queued: { text: 'Queued', tone: 'calm', icon: IconClock },
  waiting: { text: 'Waiting', tone: 'calm', icon: IconClock },
  running: { text: 'Running', tone: 'busy', icon: IconLoader2 },
  walking: { text: 'Reading', tone: 'busy', icon: IconLoader2 },
  closing: { text: 'Reading the rest', tone: 'busy', icon: IconLoader2 },
  settling: { text: 'Settling', tone: 'busy', icon: IconLoader2 },
  complete: { text: 'Complete', tone: 'good', icon: IconCircleCheck },
  partial: {
    text: 'Partial',
    tone: 'warn',
    icon: IconAlertTriangle,
    hint: 'Not everything came in, so nothing was removed.',
  },
  failed: { text: 'Failed', tone: 'bad', icon: IconCircleX },
  refused: { text: 'Refused', tone: 'warn', icon: IconCircleMinus },
  unknown: {
    text: 'Outcome unknown',
    tone: 'warn',
    icon: IconAlertTriangle,
    hint: 'It is under way, or the process died in the middle. Look whether it was done.',
  },
  done: { text: 'Done', tone: 'good', icon: IconCircleCheck },
  cancelled: { text: 'Cancelled', tone: 'calm', icon: IconCircleMinus },
}

/** Where something stands: a sign, a colour and the word. */
export function Status({ value, withHint = true }: { value: unknown; withHint?: boolean }) {
  if (typeof value !== 'string') return <span className={classes.none}>–</span>
  const { text, tone, icon: Icon, hint } = FACES[value] ?? { text: words(value), tone: 'calm', icon: IconCircle }
  const face = (
    <span className={classes.status} data-tone={tone}>
      <Icon size={15} stroke={2} aria-hidden className={tone === 'busy' ? classes.turning : undefined} />
      {text}
      {value === 'REJECTED' && <span className="visually-hidden"> (Accepted Failed)</span>}
    </span>
  )
  return hint && withHint ? (
    <Tooltip label={hint} multiline w={280}>
      {face}
    </Tooltip>
  ) : (
    face
  )
}
