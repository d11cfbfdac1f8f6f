import { Button, CloseButton, Group, Select, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { kindName } from '../../ui/format.ts'
import { FILTER_LABELS, FilterField } from './filter-field.tsx'
import type { PlanChoice, Problems } from './plan-choice.ts'
import type { Choices, FilterName } from './plan-template.ts'
import { freeFilters, type Selector } from './selectors.ts'

interface Props {
  readonly choices: Choices
  readonly choice: PlanChoice
  readonly problems: Problems
  readonly onChange: (choice: PlanChoice) => void
}

/** The limits of single kinds, where they differ from those of the plan. */
export function SelectorFields({ choices, choice, problems, onChange }: Props) {
  const { kinds, selectors } = choice
  const shown = selectors.filter(({ kind }) => kinds.includes(kind))
  const set = (changed: Selector, values: readonly string[]) =>
    onChange({ ...choice, selectors: selectors.map((each) => (each === changed ? { ...each, values } : each)) })
  return (
    <Stack gap="sm">
      <Text size="xs" c="dimmed">
        Where a kind is to be limited otherwise than the plan, say so here. Everything of it comes in where all is
        ticked or a field is empty.
      </Text>
      {shown.map((selector) => {
        const { kind, name, values } = selector
        const label = `${kindName(kind)}: ${FILTER_LABELS[name].toLowerCase()}`
        return (
          <Group key={label} gap="xs" wrap="nowrap" align="flex-start" role="group" aria-label={label}>
            <div className="grow">
              <FilterField
                name={name}
                label={label}
                error={problems[`${kind}.${name}`]}
                choices={choices}
                values={values}
                onChange={(next) => set(selector, next)}
              />
            </div>
            <CloseButton
              aria-label={`Leave to the plan: ${label}`}
              onClick={() => onChange({ ...choice, selectors: selectors.filter((each) => each !== selector) })}
            />
          </Group>
        )
      })}
      <NewSelector choices={choices} choice={choice} onChange={onChange} />
    </Stack>
  )
}

function NewSelector({ choices, choice, onChange }: Omit<Props, 'problems'>) {
  const { kinds, selectors, filters } = choice
  const [kind, setKind] = useState<string | null>(null)
  const [name, setName] = useState<FilterName | null>(null)
  const free = kind ? freeFilters(kind, selectors, choices) : []
  const open = kinds.filter((each) => freeFilters(each, selectors, choices).length > 0)
  const add = () => {
    if (!kind || !name) return
    onChange({ ...choice, selectors: [...selectors, { kind, name, values: filters[name] }] })
    setName(null)
  }
  return (
    <Group gap="sm" align="flex-end">
      <Select
        label="Kind"
        placeholder="Which"
        data={open.map((value) => ({ value, label: kindName(value) }))}
        value={kind && open.includes(kind) ? kind : null}
        onChange={(value) => {
          setKind(value)
          setName(null)
        }}
        w={{ base: '100%', xs: 170 }}
      />
      <Select
        label="Own limit"
        placeholder="By what"
        data={free.map((value) => ({ value, label: FILTER_LABELS[value] }))}
        value={name}
        onChange={(value) => setName(free.find((each) => each === value) ?? null)}
        disabled={!kind}
        w={{ base: '100%', xs: 170 }}
      />
      <Button variant="default" onClick={add} disabled={!kind || !name}>
        Add
      </Button>
    </Group>
  )
}
