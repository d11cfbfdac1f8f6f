import { ActionIcon, Button, Group, Popover, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useDisclosure, useLocalStorage } from '@mantine/hooks'
import { IconBookmark, IconTrash } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import type { ListState } from './list-state.ts'

interface View extends ListState {
  readonly name: string
}

interface Props {
  readonly plural: string
  readonly state: ListState
  readonly onOpen: (view: ListState) => void
}

/** Views of a list under names, kept in this browser; to share one, share its address. */
export function SavedViews({ plural, state, onOpen }: Props) {
  const [views, setViews] = useLocalStorage<readonly View[]>({ key: `wizbridge.views.${plural}`, defaultValue: [] })
  const [isOpen, popover] = useDisclosure()
  const [name, setName] = useState('')
  const save = (event: FormEvent) => {
    event.preventDefault()
    const wanted = name.trim()
    if (wanted === '') return
    setViews([...views.filter((view) => view.name !== wanted), { ...state, name: wanted }])
    setName('')
  }
  const open = ({ name: _, ...view }: View) => {
    onOpen(view)
    popover.close()
  }
  return (
    <Popover
      opened={isOpen}
      onChange={(opened) => !opened && popover.close()}
      position="bottom-start"
      width={270}
      trapFocus
    >
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconBookmark size={14} aria-hidden />}
          onClick={popover.toggle}
        >
          Views
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Saved views">
        <Stack gap="xs">
          {views.length === 0 && (
            <Text size="xs" c="dimmed">
              Filters, search, order and columns under a name, kept in this browser.
            </Text>
          )}
          {views.map((view) => (
            <Group key={view.name} gap={4} wrap="nowrap" justify="space-between">
              <UnstyledButton fz="sm" className="grow breakable" onClick={() => open(view)}>
                {view.name}
              </UnstyledButton>
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={`Delete the view ${view.name}`}
                onClick={() => setViews(views.filter((each) => each.name !== view.name))}
              >
                <IconTrash size={14} />
              </ActionIcon>
            </Group>
          ))}
          <form onSubmit={save}>
            <Group gap="xs" wrap="nowrap">
              <TextInput
                size="xs"
                className="grow"
                aria-label="Name of the view"
                placeholder="Name of this view"
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <Button type="submit" size="xs" disabled={name.trim() === ''}>
                Save
              </Button>
            </Group>
          </form>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
