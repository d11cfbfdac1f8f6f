import { Button, Group, Menu, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconDownload, IconFilter, IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { addressOf } from '../../api/client.ts'
import { useShortcuts } from '../../ui/use-shortcuts.ts'
import { ColumnChooser } from './column-chooser.tsx'
import type { Layout } from './layout.ts'
import type { ListState } from './list-state.ts'
import { SavedViews } from './saved-views.tsx'

interface Props {
  readonly layout: Layout
  readonly state: ListState
  readonly asked: readonly string[]
  readonly onChange: (change: Partial<ListState>, replace?: boolean) => void
  readonly onFacets: () => void
}

/** Search, columns, saved views and export of a list. */
export function Toolbar({ layout, state, asked, onChange, onFacets }: Props) {
  return (
    <Group gap="xs">
      <SearchBox value={state.search} onChange={(search) => onChange({ search }, true)} />
      {layout.facets.length > 0 && (
        <Button size="xs" variant="default" leftSection={<IconFilter size={14} aria-hidden />} onClick={onFacets}>
          Quick filters
        </Button>
      )}
      <ColumnChooser layout={layout} columns={state.columns} onChange={(columns) => onChange({ columns })} />
      <SavedViews plural={layout.plural} state={state} onOpen={(view) => onChange(view)} />
      <ExportMenu plural={layout.plural} state={state} asked={asked} />
    </Group>
  )
}

function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  const sent = useRef(value)
  const send = useDebouncedCallback((next: string) => {
    sent.current = next
    onChange(next)
  }, 250)
  const focus = () => input.current?.focus()
  // On many keyboards the slash takes Shift.
  useShortcuts([
    ['/', focus],
    ['shift+/', focus],
  ])
  // The address may change from elsewhere: a saved view, or the way back.
  useEffect(() => {
    if (value === sent.current) return
    sent.current = value
    setText(value)
  }, [value])
  return (
    <TextInput
      ref={input}
      type="search"
      size="xs"
      w={{ base: '100%', xs: 280 }}
      aria-label="Search"
      placeholder="Search names and ids   ( / )"
      leftSection={<IconSearch size={14} aria-hidden />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        send(event.currentTarget.value)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === 'Escape') input.current?.blur()
      }}
    />
  )
}

function ExportMenu({ plural, state, asked }: { plural: string; state: ListState; asked: readonly string[] }) {
  const query = { filter: asked, search: state.search || undefined, sort: state.sort }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>All rows of this view, all fields</Menu.Label>
        {(['csv', 'ndjson'] as const).map((format) => (
          <Menu.Item
            key={format}
            component="a"
            href={addressOf(`/export/${plural}`, { format, ...query })}
            download={`${plural}.${format}`}
          >
            {format.toUpperCase()}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
