import { Button, Group, Popover, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconHistory } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { fieldOf, momentOf, readMoment } from './moment-input.ts'

/** Asks for a moment, and shows the object as it was known then; the address holds it. */
export function AsOfChooser({ at }: { at: string | undefined }) {
  const navigate = useNavigate()
  const [isOpen, panel] = useDisclosure()
  const shown = at === undefined ? new Date() : readMoment(at)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const moment = momentOf(String(new FormData(event.currentTarget).get('at')))
    if (!moment) return
    panel.close()
    void navigate({ to: '.', search: (before) => ({ ...before, at: moment }), resetScroll: false })
  }
  return (
    <Popover opened={isOpen} onChange={panel.set} position="bottom-end" width={290} trapFocus returnFocus withRoles>
      <Popover.Target>
        <Button size="xs" variant="default" onClick={panel.toggle} leftSection={<IconHistory size={15} aria-hidden />}>
          As known on…
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="As known on">
        <form onSubmit={submit}>
          <TextInput
            type="datetime-local"
            name="at"
            size="xs"
            label="Date and time"
            description="In your time zone. Shows what was known of it here at that moment."
            required
            withAsterisk={false}
            max={fieldOf(new Date())}
            defaultValue={Number.isNaN(shown.getTime()) ? '' : fieldOf(shown)}
            data-autofocus
          />
          <Group justify="flex-end" mt="sm">
            <Button type="submit" size="xs">
              Show
            </Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
