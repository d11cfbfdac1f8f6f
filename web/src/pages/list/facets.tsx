import { Checkbox, Skeleton, Stack, Text } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ask, isAbsent } from '../../api/client.ts'
import type { Facet } from '../../api/types.ts'
import { count, kindName, label, words } from '../../ui/format.ts'
import { severityLevel } from '../../ui/severity.tsx'
import classes from './facets.module.css'
import { chosenValues, toggleValue } from './filter-expression.ts'
import type { Layout } from './layout.ts'
import type { ListState } from './list-state.ts'

interface Props {
  readonly layout: Layout
  readonly fields: readonly string[]
  readonly asked: readonly string[]
  readonly state: ListState
  readonly onChange: (change: Partial<ListState>) => void
}

/** The values of the main fields with how often they occur, to filter by. */
export function Facets({ layout, fields, asked, state, onChange }: Props) {
  const { filter, search } = state
  const { data, error, isPending } = useQuery({
    queryKey: ['facets', layout.plural, fields, asked, search],
    queryFn: async ({ signal }) => {
      const query = { field: fields, filter: asked, search: search || undefined }
      return (await ask<{ items: readonly Facet[] }>(`/facets/${layout.plural}`, { query, signal })).items
    },
    enabled: fields.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  })
  if (isAbsent(error)) return null
  if (error) {
    return (
      <Text size="xs" c="dimmed">
        {error.message}
      </Text>
    )
  }
  return (
    <Stack gap="lg" pb="md">
      {fields.map((field) => (
        <fieldset key={field} className={classes.facet}>
          <legend>{label(field)}</legend>
          {isPending && <Skeleton height={72} />}
          {data && (
            <Values
              facet={data.find((facet) => facet.field === field)}
              field={field}
              chosen={chosenValues(filter, field)}
              onToggle={(value) => onChange({ filter: toggleValue(filter, field, value) })}
            />
          )}
        </fieldset>
      ))}
    </Stack>
  )
}

const MORE = 'At least so many: the list is too long to count them all'

interface ValuesProps {
  readonly facet: Facet | undefined
  readonly field: string
  readonly chosen: readonly string[]
  readonly onToggle: (value: string) => void
}

function Values({ facet, field, chosen, onToggle }: ValuesProps) {
  const found = facet?.values ?? []
  // Numbers change with every filter; severities keep their places.
  const known = field === 'severity' ? found.toSorted((a, b) => severityLevel(b.value) - severityLevel(a.value)) : found
  // What is asked for stays to be seen, also when nothing has it.
  const gone = chosen.filter((value) => !known.some((each) => (each.value ?? 'null') === value))
  const values = [...known, ...gone.map((value) => ({ value, label: null, count: 0 }))]
  if (values.length === 0) {
    return (
      <Text size="xs" c="dimmed">
        No values
      </Text>
    )
  }
  return (
    <>
      {values.map(({ value, label: text, count: rows }) => {
        const key = value ?? 'null'
        return (
          <Checkbox
            key={key}
            size="xs"
            checked={chosen.includes(key)}
            onChange={() => onToggle(key)}
            classNames={{
              root: classes.value ?? '',
              body: classes.body ?? '',
              labelWrapper: classes.label ?? '',
              label: classes.text ?? '',
            }}
            label={
              <>
                <span className={classes.name} title={text ?? key}>
                  {nameOf(field, value, text)}
                </span>
                <span className={classes.count} title={facet?.isAtLeast ? MORE : undefined}>
                  {count(rows)}
                  {facet?.isAtLeast && '+'}
                </span>
              </>
            }
          />
        )
      })}
      {facet?.hasMore && (
        <Text size="xs" c="dimmed" pl={24}>
          and more; filter or search for them
        </Text>
      )}
    </>
  )
}

function nameOf(field: string, value: string | null, text: string | null): string {
  if (text) return text
  if (value === null) return 'None'
  if (value === '') return 'Empty'
  if (field === 'kind') return kindName(value)
  if (value === 'true') return 'Yes'
  if (value === 'false') return 'No'
  return value === 'REJECTED' ? 'Ignored' : words(value)
}
