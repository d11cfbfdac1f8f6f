import { Tooltip } from '@mantine/core'
import { exact, relative } from './format.ts'

/** A moment as people say it, with the exact one on hover and for assistive technology. */
export function Moment({ at, missing = '–' }: { at: unknown; missing?: string }) {
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) {
    return <span className="dimmed">{missing}</span>
  }
  return (
    <Tooltip label={exact(at)} openDelay={300}>
      <time dateTime={at} className="nowrap">
        {relative(at)}
      </time>
    </Tooltip>
  )
}
