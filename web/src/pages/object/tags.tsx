import { Badge, Group } from '@mantine/core'
import { tagsOf } from './node.ts'

/** Tags of a resource. */
export function Tags({ tags }: { tags: unknown }) {
  const list = tagsOf(tags)
  if (list.length === 0) return null
  return (
    <Group gap={4}>
      {list.map(([key, value]) => (
        <Badge key={`${key}=${value}`} variant="default" size="sm" tt="none" fw={400} maw="100%">
          {key}
          {value && `: ${value}`}
        </Badge>
      ))}
    </Group>
  )
}
