import { Checkbox, Code, Fieldset, Group, List, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { kindName } from '../../ui/format.ts'
import { FilterFields } from './filter-fields.tsx'
import type { PlanChoice, Problems } from './plan-choice.ts'
import type { Choices, PlanTemplate } from './plan-template.ts'
import { ScheduleFields } from './schedule-fields.tsx'
import { SelectorFields } from './selector-fields.tsx'

interface Props {
  readonly template: PlanTemplate
  readonly choices: Choices
  readonly choice: PlanChoice
  readonly problems: Problems
  /** What it is called when nothing is typed. */
  readonly usualName: string
  readonly onChange: (choice: PlanChoice) => void
}

/** Everything of a plan that can be chosen. */
export function PlanForm({ template, choices, choice, problems, usualName, onChange }: Props) {
  const { options, rules } = template
  return (
    <Stack gap="md">
      <TextInput
        label="Name"
        placeholder={usualName}
        value={choice.name}
        onChange={(event) => onChange({ ...choice, name: event.currentTarget.value.trim() })}
        error={problems.name}
        spellCheck={false}
      />
      <Checkbox.Group
        label="Kinds"
        value={[...choice.kinds]}
        onChange={(ticked) =>
          onChange({ ...choice, kinds: choices.kinds.map(({ name }) => name).filter((name) => ticked.includes(name)) })
        }
        error={problems.kinds}
      >
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" verticalSpacing={6} mt={6}>
          {choices.kinds.map(({ name }) => (
            <Checkbox key={name} value={name} label={kindName(name)} />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      <Fieldset legend="Limits">
        <FilterFields choices={choices} choice={choice} problems={problems} onChange={onChange} />
      </Fieldset>
      {(choice.kinds.length > 1 || choice.selectors.length > 0) && (
        <Fieldset legend="Limits of single kinds">
          <SelectorFields choices={choices} choice={choice} problems={problems} onChange={onChange} />
        </Fieldset>
      )}
      {options.length > 0 && (
        <Fieldset legend="Options">
          <Stack gap="sm">
            {options.map(({ name, label, about, default: isDefault }) => (
              <Checkbox
                key={name}
                label={label}
                description={about}
                checked={choice.options[name] ?? isDefault}
                onChange={(event) =>
                  onChange({ ...choice, options: { ...choice.options, [name]: event.currentTarget.checked } })
                }
              />
            ))}
          </Stack>
        </Fieldset>
      )}
      <Fieldset legend="Schedule">
        <Stack gap="sm">
          <ScheduleFields choice={choice} problems={problems} onChange={onChange} />
        </Stack>
      </Fieldset>
      {rules.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            Always left out
          </Text>
          <List size="sm">
            {rules.map(({ name, sentence }) => (
              <List.Item key={name}>{sentence}</List.Item>
            ))}
          </List>
        </div>
      )}
      <Group gap={4}>
        <Text size="sm">Scopes it needs:</Text>
        {scopesOf(template, choices, choice.kinds).map((scope) => (
          <Code key={scope}>{scope}</Code>
        ))}
      </Group>
    </Stack>
  )
}

/** The scopes of the chosen kinds, and those that the template needs for something else than reading a kind. */
function scopesOf(template: PlanTemplate, choices: Choices, kinds: readonly string[]): string[] {
  const ofKinds = choices.kinds.flatMap((kind) => kind.scopes)
  const chosen = choices.kinds.filter((kind) => kinds.includes(kind.name))
  return [
    ...new Set([
      ...chosen.flatMap((kind) => kind.scopes.slice(0, 1)),
      ...template.scopes.filter((scope) => !ofKinds.includes(scope)),
    ]),
  ]
}
