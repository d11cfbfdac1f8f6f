import { Checkbox, Code, Group, List, Radio, Stack, Text, TextInput } from '@mantine/core'
import type { Template } from '../../api/types.ts'
import { kindName } from '../../ui/format.ts'
import { choiceOf, type PlanChoice, withOption } from './plan-choice.ts'

interface Props {
  readonly templates: readonly Template[]
  readonly choice: PlanChoice
  readonly onChange: (choice: PlanChoice) => void
}

/** Chooses a template, its options and how often it runs. */
export function TemplateForm({ templates, choice, onChange }: Props) {
  const chosen = templates.find((template) => template.name === choice.template)
  const pick = (name: string) => {
    const template = templates.find((each) => each.name === name)
    if (template) onChange(choiceOf(template))
  }
  return (
    <Stack gap="md">
      <Radio.Group value={choice.template} onChange={pick} aria-label="Template">
        <Stack gap="xs">
          {templates.map(({ name, title, about, kinds }) => (
            <Radio key={name} value={name} label={title} description={`${about} ${kinds.map(kindName).join(', ')}.`} />
          ))}
        </Stack>
      </Radio.Group>
      {chosen && (
        <Stack gap="sm">
          {chosen.options.map(({ name, label, about, default: isDefault }) => (
            <Checkbox
              key={name}
              label={label}
              description={about}
              checked={(isDefault || choice.on.includes(name)) && !choice.off.includes(name)}
              onChange={(event) => onChange(withOption(choice, name, event.currentTarget.checked))}
            />
          ))}
          <TextInput
            label="Auto Sync frequency"
            description="“every 6 hours”, “every 1 day” (at 01:15 UTC), a cron expression, or “manual”."
            w={{ base: '100%', xs: 320 }}
            value={choice.schedule}
            onChange={(event) => onChange({ ...choice, schedule: event.currentTarget.value })}
          />
          {chosen.rules.length > 0 && (
            <div>
              <Text size="sm" fw={600}>
                What is left out
              </Text>
              <List size="sm">
                {chosen.rules.map(({ name, sentence }) => (
                  <List.Item key={name}>{sentence}</List.Item>
                ))}
              </List>
            </div>
          )}
          <Group gap={4}>
            <Text size="sm">Scopes it needs:</Text>
            {chosen.scopes.map((scope) => (
              <Code key={scope}>{scope}</Code>
            ))}
          </Group>
        </Stack>
      )}
    </Stack>
  )
}
