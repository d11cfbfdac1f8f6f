import { ActionIcon, Button, Group, Text, TextInput, Tooltip, UnstyledButton } from '@mantine/core'
import {
  IconDeviceFloppy,
  IconPencil,
  IconStar,
  IconStarFilled,
  IconTrash,
  IconUsers,
  IconUsersGroup,
  type TablerIcon,
} from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useMay } from '../../api/role.ts'
import type { SavedView } from '../../api/types.ts'

interface Props {
  readonly view: SavedView
  /** What the list shows now. */
  readonly shown: string
  readonly isBusy: boolean
  readonly onOpen: () => void
  readonly onChange: (change: Partial<Pick<SavedView, 'name' | 'search' | 'isShared' | 'isDefault'>>) => void
  readonly onDelete: () => void
}

/** A view: a press opens it, the signs behind it change it. */
export function ViewRow({ view, shown, isBusy, onOpen, onChange, onDelete }: Props) {
  const { name, isMine, isShared, isDefault, search, owner } = view
  const [isRenamed, rename] = useState(false)
  const mayShare = useMay('operator')
  const mayDelete = useMay('admin') || isMine
  if (isRenamed) {
    const finish = (next: string) => {
      rename(false)
      if (next !== '' && next !== name) onChange({ name: next })
    }
    return (
      <li>
        <NameForm name={name} onFinish={finish} />
      </li>
    )
  }
  return (
    <li>
      <Group gap={2} wrap="nowrap" justify="space-between">
        <UnstyledButton
          fz="sm"
          className="grow breakable"
          onClick={onOpen}
          aria-current={search === shown || undefined}
        >
          {name}
          {!isMine && (
            <Text component="span" size="xs" c="dimmed" display="block">
              Shared by {owner.replace(/^\w+:/, '')}
            </Text>
          )}
        </UnstyledButton>
        {isMine && (
          <>
            <Sign
              icon={isDefault ? IconStarFilled : IconStar}
              text={`Open the list with ${name}`}
              isOn={isDefault}
              isBusy={isBusy}
              onPress={() => onChange({ isDefault: !isDefault })}
            />
            {mayShare && (
              <Sign
                icon={isShared ? IconUsersGroup : IconUsers}
                text={`Share ${name} with everybody`}
                isOn={isShared}
                isBusy={isBusy}
                onPress={() => onChange({ isShared: !isShared })}
              />
            )}
            {search !== shown && (
              <Sign
                icon={IconDeviceFloppy}
                text={`Save what is shown now as ${name}`}
                isBusy={isBusy}
                onPress={() => onChange({ search: shown })}
              />
            )}
            <Sign icon={IconPencil} text={`Rename ${name}`} isBusy={isBusy} onPress={() => rename(true)} />
          </>
        )}
        {mayDelete && <Sign icon={IconTrash} text={`Delete ${name}`} isBusy={isBusy} onPress={onDelete} />}
      </Group>
    </li>
  )
}

interface SignProps {
  readonly icon: TablerIcon
  readonly text: string
  readonly isOn?: boolean
  readonly isBusy: boolean
  readonly onPress: () => void
}

function Sign({ icon: Icon, text, isOn, isBusy, onPress }: SignProps) {
  return (
    <Tooltip label={text} openDelay={300}>
      <ActionIcon
        size="sm"
        variant={isOn ? 'light' : 'subtle'}
        color={isOn ? 'indigo' : 'gray'}
        aria-label={text}
        aria-pressed={isOn}
        disabled={isBusy}
        onClick={onPress}
      >
        <Icon size={15} />
      </ActionIcon>
    </Tooltip>
  )
}

function NameForm({ name, onFinish }: { name: string; onFinish: (name: string) => void }) {
  const [text, setText] = useState(name)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onFinish(text.trim())
  }
  return (
    <form onSubmit={submit}>
      <Group gap="xs" wrap="nowrap">
        <TextInput
          size="xs"
          className="grow"
          aria-label={`New name of ${name}`}
          maxLength={80}
          autoFocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" variant="default">
          Rename
        </Button>
      </Group>
    </form>
  )
}
