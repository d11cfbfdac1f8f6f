import { Stack } from '@mantine/core'
import { kindName } from '../../ui/format.ts'
import { FILTER_LABELS, FilterField } from './filter-field.tsx'
import { filtersOf, type MeantFilter, type PlanChoice, type Problems } from './plan-choice.ts'
import type { Choices } from './plan-template.ts'

interface Props {
  readonly choices: Choices
  readonly choice: PlanChoice
  readonly problems: Problems
  readonly onChange: (choice: PlanChoice) => void
}

/** The limits of a plan: each that means something for the chosen kinds. */
export function FilterFields({ choices, choice, problems, onChange }: Props) {
  return (
    <Stack gap="sm">
      {filtersOf(choice.kinds, choices).map((filter) => (
        <FilterField
          key={filter.name}
          name={filter.name}
          label={FILTER_LABELS[filter.name]}
          description={aboutOf(filter, choice.kinds)}
          error={problems[filter.name]}
          choices={choices}
          values={choice.filters[filter.name]}
          onChange={(values) => onChange({ ...choice, filters: { ...choice.filters, [filter.name]: values } })}
        />
      ))}
    </Stack>
  )
}

/** Which kinds a limit is about, where that is not all of them, and which of them have to be read first. */
function aboutOf({ kinds, here }: MeantFilter, chosen: readonly string[]): string | undefined {
  const about = kinds.length < chosen.length ? `For ${namesOf(kinds)}.` : ''
  const cost = here.length > 0 ? `Wiz cannot filter ${namesOf(here)} by it: what is not wanted is left out here.` : ''
  return `${about} ${cost}`.trim() || undefined
}

function namesOf(kinds: readonly string[]): string {
  return kinds.map((kind) => kindName(kind).toLowerCase()).join(', ')
}
