import { IconHandStop } from '@tabler/icons-react'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { Notice } from '../../ui/notice.tsx'

/** Says that a removal waits for somebody, and leads to where that is decided. */
export function WaitingRemoval({ run }: { run: number | null }) {
  if (run === null) return null
  return (
    <Notice tone="warn" icon={<IconHandStop aria-hidden />}>
      A removal waits for somebody to decide.{' '}
      <AnchorLink to="/runs/$run" params={{ run: String(run) }} inherit c="inherit" underline="always">
        Decide in sync {run}
      </AnchorLink>
    </Notice>
  )
}
