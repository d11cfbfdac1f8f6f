import { Button, Group } from '@mantine/core'

interface Props {
  readonly list: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => Promise<unknown>
  }
}

/** Loads the next page of a list that has the latest first, while there is one. */
export function ShowOlder({ list }: Props) {
  if (!list.hasNextPage) return null
  return (
    <Group justify="center">
      <Button variant="default" size="xs" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        Show older
      </Button>
    </Group>
  )
}
