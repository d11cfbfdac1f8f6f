import { ActionIcon, Group, Text, Tooltip } from '@mantine/core'
import { IconChevronLeft, IconChevronRight, type TablerIcon } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { count } from '../../ui/format.ts'
import { tellProblem } from '../../ui/tell.tsx'
import { useShortcuts } from '../../ui/use-shortcuts.ts'
import { lastList, type Member, memberOf } from '../list/last-list.ts'
import { listQuery } from '../list/list-query.ts'

interface Props {
  readonly plural: string
  readonly id: string
  readonly connection: string | undefined
  /** The moment of the past that is looked at, which stays the same for the neighbours. */
  readonly at: string | undefined
}

const NO_QUESTION = { filter: [], search: '', sort: [] }

/** Leafs with the keys [ and ] through the list that an object was opened from, and answers buttons for it. */
export function useNeighbours({ plural, id, connection, at }: Props) {
  const navigate = useNavigate()
  const list = lastList()
  // Not asked anew here: rows that change places under the reader lead nowhere.
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    ...listQuery(list?.layout.plural ?? '', list?.question ?? NO_QUESTION),
    enabled: false,
  })
  const members = useMemo(
    () => (list && data ? data.pages.flatMap((page) => page.items.map((row) => memberOf(list.layout, row))) : []),
    [data, list],
  )
  const isThis = (each: Member) =>
    each.id === id && each.plural === plural && (connection === undefined || each.connection === connection)
  const place = members.findIndex(isThis)
  const [before, after] = place < 0 ? [] : [members[place - 1], members[place + 1]]
  const [waitsAt, waitAt] = useState<number>()
  const isWaiting = waitsAt === place && !after && hasNextPage

  const go = (member: Member) => {
    const { plural: group, id: other, connection: tenant } = member
    // The way back leads to the list, and not through all that was leafed through.
    void navigate({
      to: '/browse/$plural/$id',
      params: { plural: group, id: other },
      search: { connection: tenant, at },
      replace: true,
    })
  }
  const goBack = () => {
    if (before) go(before)
  }
  const goOn = async () => {
    if (after) return go(after)
    if (place < 0 || !hasNextPage || isWaiting) return
    waitAt(place)
    const { error } = await fetchNextPage()
    if (!error) return
    waitAt(undefined)
    tellProblem(error)
  }
  useEffect(() => {
    if (waitsAt === place && after) go(after)
  })
  // Whoever has gone elsewhere meanwhile stays there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is about leaving this one
  useEffect(() => () => waitAt(undefined), [plural, id, connection])
  useShortcuts([
    ['[', goBack],
    [']', () => void goOn()],
  ])
  if (place < 0) return null
  return (
    <Group gap={4} wrap="nowrap">
      <Leaf icon={IconChevronLeft} text="Previous in the list ( [ )" isOff={!before} onPress={goBack} />
      <Text size="xs" c="dimmed" className="nowrap" role="status">
        {isWaiting ? 'Loading more…' : told(place, members.length, hasNextPage)}
      </Text>
      <Leaf
        icon={IconChevronRight}
        text="Next in the list ( ] )"
        isOff={!after && !hasNextPage}
        isWaiting={isWaiting}
        onPress={() => void goOn()}
      />
    </Group>
  )
}

/** Where one is in the list; more than was loaded is not counted. */
function told(place: number, loaded: number, hasMore: boolean): string {
  const where = `${count(place + 1)} of ${count(loaded)}`
  if (hasMore) return `${where} loaded`
  return place === loaded - 1 ? `${where}, the last` : where
}

interface LeafProps {
  readonly icon: TablerIcon
  readonly text: string
  readonly isOff: boolean
  readonly isWaiting?: boolean
  readonly onPress: () => void
}

function Leaf({ icon: Icon, text, isOff, isWaiting = false, onPress }: LeafProps) {
  return (
    <Tooltip label={text}>
      <ActionIcon variant="default" aria-label={text} disabled={isOff} loading={isWaiting} onClick={onPress}>
        <Icon size={16} />
      </ActionIcon>
    </Tooltip>
  )
}
