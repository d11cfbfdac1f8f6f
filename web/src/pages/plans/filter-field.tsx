import { Checkbox, Group, TagsInput, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { projectNamesQuery } from '../../api/queries.ts'
import { words } from '../../ui/format.ts'
import type { Choices, FilterName } from './plan-template.ts'

interface Props {
  readonly name: FilterName
  readonly label: string
  readonly description?: string | undefined
  readonly error?: string | undefined
  readonly choices: Choices
  readonly values: readonly string[]
  readonly onChange: (values: readonly string[]) => void
}

/** One limit: boxes where Wiz knows a fixed set of words, else a field for any of them. */
export function FilterField({ name, choices, values, onChange, ...common }: Props) {
  const { data: projects } = useQuery(projectNamesQuery)
  if (name === 'severities' || name === 'statuses') {
    // The worst severity is what people look for first.
    const shown = name === 'severities' ? [...choices.severities].reverse() : choices.statuses
    return (
      <Checkbox.Group
        {...common}
        value={[...values]}
        onChange={(ticked) => onChange(choices[name].filter((word) => ticked.includes(word)))}
      >
        <Group gap="md" mt={6}>
          {shown.map((word) => (
            <Checkbox key={word} value={word} label={word === 'REJECTED' ? 'Ignored' : words(word)} />
          ))}
        </Group>
      </Checkbox.Group>
    )
  }
  const known = name === 'projects' ? values.flatMap((id) => projects?.get(id) ?? []) : []
  return (
    <div>
      <TagsInput
        {...common}
        placeholder={values.length === 0 ? PLACEHOLDERS[name] : undefined}
        data={name === 'platforms' ? choices.platforms : name === 'projects' ? [...(projects?.keys() ?? [])] : []}
        renderOption={({ option }) => (name === 'projects' ? projects?.get(option.value) : option.value)}
        value={[...values]}
        onChange={onChange}
        splitChars={[',', ';', ' ']}
        acceptValueOnBlur
        clearable
        clearButtonProps={{ 'aria-label': `Lift the limit: ${common.label}` }}
        maxDropdownHeight={220}
      />
      {known.length > 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          {known.join(', ')}
        </Text>
      )}
    </div>
  )
}

/** What the limits are called. */
export const FILTER_LABELS: Readonly<Record<FilterName, string>> = {
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
