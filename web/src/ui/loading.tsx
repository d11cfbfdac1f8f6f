import { Skeleton, Stack } from '@mantine/core'

/** Holds the place of what is being read. */
export function Loading({ rows = 6, height = 28 }: { rows?: number; height?: number }) {
  return (
    <Stack gap="xs" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <Skeleton key={index} height={height} radius="sm" />
      ))}
    </Stack>
  )
}
