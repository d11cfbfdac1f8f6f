import { Button, Checkbox, Popover, ScrollArea, Stack } from '@mantine/core'
import { IconColumns3 } from '@tabler/icons-react'
import { label } from '../../ui/format.ts'
import type { Layout } from './layout.ts'
import { useUsualColumns } from './use-usual-columns.ts'

interface Props {
  readonly layout: Layout
  readonly columns: readonly string[] | null
  readonly onChange: (columns: readonly string[] | null) => void
}

/** Which fields are shown as columns. */
export function ColumnChooser({ layout, columns, onChange }: Props) {
  const usual = useUsualColumns(layout)
  const shown = columns ?? usual
  const toggle = (name: string) => {
    const next = shown.includes(name) ? shown.filter((each) => each !== name) : [...shown, name]
    if (next.length > 0) onChange(next)
  }
  return (
    <Popover position="bottom-start" width={250} trapFocus>
      <Popover.Target>
        <Button size="xs" variant="default" visibleFrom="sm" leftSection={<IconColumns3 size={14} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <ScrollArea.Autosize mah={360} viewportProps={{ tabIndex: 0 }}>
          <Stack gap={6}>
            {layout.fields
              .filter((field) => field.type !== 'json')
              .map(({ name, about }) => (
                <Checkbox
                  key={name}
                  size="xs"
                  label={label(name)}
                  title={about}
                  checked={shown.includes(name)}
                  onChange={() => toggle(name)}
                />
              ))}
          </Stack>
        </ScrollArea.Autosize>
        <Button size="compact-xs" variant="subtle" mt="sm" disabled={columns === null} onClick={() => onChange(null)}>
          Usual columns
        </Button>
      </Popover.Dropdown>
    </Popover>
  )
}
