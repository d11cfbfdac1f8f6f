import { Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { AsOf } from '../../api/types.ts'
import { exact, label } from '../../ui/format.ts'
import { Notice } from '../../ui/notice.tsx'
import { BackToNow } from './back-to-now.tsx'

/** Says that the page is about a moment of the past, and how far; `isLooking` while it still shows another one. */
export function AsOfBanner({ asOf, isLooking }: { asOf: AsOf | null; isLooking: boolean }) {
  if (isLooking) return <Notice tone="calm" role="status" icon={<IconHistory aria-hidden />} title="Looking it up…" />
  if (!asOf) return null
  const { at, presence, fieldsThen } = asOf
  return (
    <Notice
      tone={presence === 'here' ? 'calm' : 'warn'}
      role="status"
      icon={<IconHistory aria-hidden />}
      title={`As known on ${exact(at)}`}
    >
      <Text size="sm" mb="xs" className="breakable">
        {STATES[presence]} {told(fieldsThen)}
      </Text>
      <BackToNow />
    </Notice>
  )
}

const STATES: Readonly<Record<AsOf['presence'], ReactNode>> = {
  here: 'It was here.',
  removed: 'It had been removed.',
  unknown: (
    <>
      <strong>It is unknown whether it was here.</strong> It was removed and came back later, and since when it had been
      here before that is not kept.
    </>
  ),
}

/** Which of what is shown is as it was then. */
function told(fieldsThen: readonly string[]): string {
  if (fieldsThen.length === 0) return 'All that is shown is as it is now: what it was then is not kept.'
  if (fieldsThen.includes('id')) return 'Nothing of it has changed since.'
  // The status in our words goes with the status, and is shown as one.
  const names = fieldsThen.filter((name) => name !== 'localStatus').map(label)
  return `Shown as they were then: ${names.join(', ')}. All else, such as the JSON and other findings, is as it is now.`
}
