import { Timeline as Line, Text } from '@mantine/core'
import type { HistoryEntry } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { label, words } from '../../ui/format.ts'
import { Moment } from '../../ui/moment.tsx'
import { Panel } from '../../ui/panel.tsx'

interface Props {
  readonly history: readonly HistoryEntry[]
  readonly storedAt: unknown
  /** The moment of the past that the page is about: what came later was not known then. */
  readonly until: string | undefined
  readonly milestones: readonly (readonly [text: string, at: unknown])[]
}

/** What happened to an object, the latest first, with what brought each change here. */
export function Timeline({ history, storedAt, until, milestones }: Props) {
  const entries = [
    ...history.map((entry) => ({ at: entry.at, text: tell(entry), cause: entry.cause, runId: entry.runId })),
    ...milestones.flatMap(([text, at]) => (typeof at === 'string' ? [{ at, text, cause: 'Wiz', runId: null }] : [])),
    ...(typeof storedAt === 'string' ? [{ at: storedAt, text: 'First stored here', cause: null, runId: null }] : []),
  ]
    .filter(({ at }) => until === undefined || Date.parse(at) <= Date.parse(until))
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
  return (
    <Panel title="Timeline">
      <Line bulletSize={10} lineWidth={2} active={-1}>
        {entries.map(({ at, text, cause, runId }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two entries may be equal, and none ever moves
          <Line.Item key={index} title={<Text size="sm">{text}</Text>}>
            <Text size="xs" c="dimmed" component="div">
              <Moment at={at} />
              {cause && ` · ${cause}`}
              {runId !== null && (
                <>
                  {' · '}
                  <AnchorLink to="/runs/$run" params={{ run: String(runId) }} inherit>
                    run {runId}
                  </AnchorLink>
                </>
              )}
            </Text>
          </Line.Item>
        ))}
      </Line>
    </Panel>
  )
}

function tell({ event, field, before, after }: HistoryEntry): string {
  if (event === 'deleted') return 'Removed here'
  if (event === 'restored') return 'Brought back'
  const name = label(field ?? 'something')
  return `${name}: ${value(before)} → ${value(after)}`
}

function value(text: string | null): string {
  if (text === null) return 'none'
  return text === 'REJECTED' ? 'Ignored (Accepted Failed)' : words(text)
}
