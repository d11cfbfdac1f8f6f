import { Button, Group, ScrollArea, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Loading } from '../../ui/loading.tsx'
import { Problem } from '../../ui/problem.tsx'
import type { ListState } from './list-state.ts'
import classes from './view-list.module.css'
import { searchOf, stateOf, useViewChange, viewsQuery } from './view-queries.ts'
import { ViewRow } from './view-row.tsx'

interface Props {
  readonly plural: string
  readonly state: ListState
  readonly onOpen: (view: ListState) => void
}

/** The views of a list, to be opened and changed, and a way to save what is shown. */
export function ViewList({ plural, state, onOpen }: Props) {
  const { data: views, error, refetch } = useQuery(viewsQuery(plural))
  const change = useViewChange(plural)
  const [name, setName] = useState('')
  const save = (event: FormEvent) => {
    event.preventDefault()
    const body = { name: name.trim(), search: searchOf(state) }
    if (body.name !== '') change.mutate({ method: 'POST', body }, { onSuccess: () => setName('') })
  }
  return (
    <Stack gap="xs">
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!views && !error && <Loading rows={2} />}
      {views?.length === 0 && (
        <Text size="xs" c="dimmed">
          Keep the filters, search, order and columns of this list under a name.
        </Text>
      )}
      {views && views.length > 0 && (
        <ScrollArea.Autosize mah={300} viewportProps={{ tabIndex: 0 }}>
          <Stack gap={4} component="ul" className={classes.views} aria-label="Views">
            {views.map((view) => (
              <ViewRow
                key={view.id}
                view={view}
                shown={searchOf(state)}
                isBusy={change.isPending}
                onOpen={() => onOpen(stateOf(view))}
                onChange={(body) => change.mutate({ id: view.id, method: 'PATCH', body })}
                onDelete={() => change.mutate({ id: view.id, method: 'DELETE' })}
              />
            ))}
          </Stack>
        </ScrollArea.Autosize>
      )}
      {change.error && <Problem error={change.error} />}
      <form onSubmit={save}>
        <Group gap="xs" wrap="nowrap">
          <TextInput
            size="xs"
            className="grow"
            aria-label="Name of the view"
            placeholder="Name of this view"
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" size="xs" disabled={name.trim() === ''} loading={change.isPending}>
            Save
          </Button>
        </Group>
      </form>
    </Stack>
  )
}
