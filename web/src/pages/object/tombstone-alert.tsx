import { Group, Text } from '@mantine/core'
import type { Detail } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Notice } from '../../ui/notice.tsx'
import { removalReason } from './removal.ts'
import { RestoreButton } from './restore-button.tsx'

/** Says that an object was removed here and why, and brings it back; of a moment of the past it only says so. */
export function TombstoneAlert({ object, kind }: { object: Detail; kind: string }) {
  const { tombstone, id, connection, asOf } = object
  if (!tombstone) return null
  const { reason, runId, deletedAt } = tombstone
  return (
    <Notice tone="warn" title={asOf ? 'This had been removed here' : 'This was removed here'}>
      <Text size="sm" mb="xs" component="div">
        {removalReason(reason)}: removed <Moment at={deletedAt} />
        {runId !== null && (
          <>
            {' by '}
            <AnchorLink to="/runs/$run" params={{ run: String(runId) }} inherit c="inherit" underline="always">
              sync {runId}
            </AnchorLink>
          </>
        )}
        {asOf ? '.' : '. What follows is what was known last.'}
      </Text>
      {!asOf && (
        <Group>
          <RestoreButton kind={kind} id={String(id)} connection={String(connection)} reason={reason} />
        </Group>
      )}
    </Notice>
  )
}
