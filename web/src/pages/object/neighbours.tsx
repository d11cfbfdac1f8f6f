import { ActionIcon, Group, Text, Tooltip } from '@mantine/core'
import { IconChevronLeft, IconChevronRight, type TablerIcon } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { count } from '../../ui/format.ts'
import { useShortcuts } from '../../ui/use-shortcuts.ts'
import { type Member, membersOfLastList } from '../list/last-list.ts'

/** Lets the keys [ and ] go to the neighbours of an object in the list it was opened from, and answers buttons for it. */
export function useNeighbours(plural: string, id: string, connection: string | undefined) {
  const navigate = useNavigate()
  const members = membersOfLastList()
  const isThis = (each: Member) =>
    each.id === id && each.plural === plural && (connection === undefined || each.connection === connection)
  const place = members.findIndex(isThis)
  const before = place < 0 ? undefined : members[place - 1]
  const after = place < 0 ? undefined : members[place + 1]
  const go = (member: Member | undefined) => {
    if (!member) return
    const { plural: list, id: other, connection: tenant } = member
    // The way back leads to the list, and not through all that was leafed through.
    void navigate({
      to: '/browse/$plural/$id',
      params: { plural: list, id: other },
      search: { connection: tenant },
      replace: true,
    })
  }
  useShortcuts([
    ['[', () => go(before)],
    [']', () => go(after)],
  ])
  if (place < 0) return null
  return (
    <Group gap={4} wrap="nowrap">
      <Leaf icon={IconChevronLeft} text="Previous in the list ( [ )" isOff={!before} onPress={() => go(before)} />
      <Text size="xs" c="dimmed" className="nowrap">
        {count(place + 1)} of {count(members.length)} loaded
      </Text>
      <Leaf icon={IconChevronRight} text="Next in the list ( ] )" isOff={!after} onPress={() => go(after)} />
    </Group>
  )
}

interface LeafProps {
  readonly icon: TablerIcon
  readonly text: string
  readonly isOff: boolean
  readonly onPress: () => void
}

function Leaf({ icon: Icon, text, isOff, onPress }: LeafProps) {
  return (
    <Tooltip label={text}>
      <ActionIcon variant="default" aria-label={text} disabled={isOff} onClick={onPress}>
        <Icon size={16} />
      </ActionIcon>
    </Tooltip>
  )
}
