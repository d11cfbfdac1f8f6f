import { Checkbox, Group, Stack, TagsInput, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { projectNamesQuery } from '../../api/queries.ts'
import { kindName, words } from '../../ui/format.ts'
import { filtersOf, type MeantFilter, type PlanChoice, type Problems } from './plan-choice.ts'
import type { Choices, FilterName } from './plan-template.ts'

interface Props {
  readonly choices: Choices
  readonly choice: PlanChoice
  readonly problems: Problems
  readonly onChange: (choice: PlanChoice) => void
}

/** The limits of a plan: each that means something for the chosen kinds. */
export function FilterFields({ choices, choice, problems, onChange }: Props) {
  const { data: projects } = useQuery(projectNamesQuery)
  const set = (name: FilterName) => (values: readonly string[]) =>
    onChange({ ...choice, filters: { ...choice.filters, [name]: values } })
  const boxes = { severities: [...choices.severities].reverse(), statuses: choices.statuses }
  return (
    <Stack gap="sm">
      {filtersOf(choice.kinds, choices).map((filter) => {
        const { name } = filter
        const common = { error: problems[name], description: aboutOf(filter, choice.kinds) }
        const values = choice.filters[name]
        if (name === 'severities' || name === 'statuses') {
          return (
            <Checkbox.Group
              key={name}
              {...common}
              label={LABELS[name]}
              value={[...values]}
              onChange={(ticked) => set(name)(choices[name].filter((word) => ticked.includes(word)))}
            >
              <Group gap="md" mt={6}>
                {boxes[name].map((word) => (
                  <Checkbox key={word} value={word} label={word === 'REJECTED' ? 'Ignored' : words(word)} />
                ))}
              </Group>
            </Checkbox.Group>
          )
        }
        return (
          <div key={name}>
            <TagsInput
              {...common}
              label={LABELS[name]}
              placeholder={values.length === 0 ? PLACEHOLDERS[name] : undefined}
              data={name === 'platforms' ? choices.platforms : name === 'projects' ? [...(projects?.keys() ?? [])] : []}
              renderOption={({ option }) => (name === 'projects' ? projects?.get(option.value) : option.value)}
              value={[...values]}
              onChange={set(name)}
              splitChars={[',', ';', ' ']}
              acceptValueOnBlur
              clearable
              clearButtonProps={{ 'aria-label': `Lift the limit: ${LABELS[name]}` }}
              maxDropdownHeight={220}
            />
            {name === 'projects' && <ProjectNames ids={values} names={projects} />}
          </div>
        )
      })}
    </Stack>
  )
}

const LABELS: Readonly<Record<FilterName, string>> = {
  projects: 'Project IDs',
  severities: 'Severities',
  statuses: 'Statuses',
  platforms: 'Cloud platforms',
  assetTypes: 'Asset types',
}

const PLACEHOLDERS = {
  projects: 'All that the connection sees',
  platforms: 'All',
  assetTypes: 'All, or words such as VIRTUAL_MACHINE',
}

function ProjectNames({ ids, names }: { ids: readonly string[]; names: ReadonlyMap<string, string> | undefined }) {
  const known = ids.flatMap((id) => names?.get(id) ?? [])
  if (known.length === 0) return null
  return (
    <Text size="xs" c="dimmed" mt={4}>
      {known.join(', ')}
    </Text>
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
