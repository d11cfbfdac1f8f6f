import { Group, Progress, Text } from '@mantine/core'
import type { Receipt } from '../../api/types.ts'
import { kindName, percent } from '../../ui/format.ts'

/** How far a kind is that is being read, once Wiz has said how many records there are. */
export function KindProgress({ receipt: { kind, state, expected, fetched } }: { receipt: Receipt }) {
  if (state !== 'walking' || fetched === null || !expected) return null
  const read = percent(fetched, expected)
  return (
    <Group gap={6} wrap="nowrap">
      <Progress value={read} size="sm" flex={1} miw={48} aria-label={`${kindName(kind)} read so far`} />
      <Text size="xs" c="dimmed" component="span" className="nowrap" aria-hidden>
        {read} %
      </Text>
    </Group>
  )
}
