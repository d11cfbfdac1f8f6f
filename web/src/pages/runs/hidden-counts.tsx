import { Notice } from '../../ui/notice.tsx'

/** Says why there are no numbers. */
export function HiddenCounts() {
  return (
    <Notice tone="calm" title="Counts are hidden">
      Your account sees certain projects only, and these numbers are of all of them.
    </Notice>
  )
}
