import { Alert } from '@mantine/core'
import type { Detail } from '../../api/types.ts'
import { Moment } from '../../ui/moment.tsx'

/** Says that an object was removed here, and why. */
export function TombstoneAlert({ tombstone }: Pick<Detail, 'tombstone'>) {
  if (!tombstone) return null
  return (
    <Alert color="yellow" variant="light" title="This was removed here">
      {tombstone.reason}, <Moment at={tombstone.deletedAt} />. What follows is what was known last.
    </Alert>
  )
}
