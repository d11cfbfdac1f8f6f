import { Radio, Stack } from '@mantine/core'
import { kindName } from '../../ui/format.ts'
import type { PlanTemplate } from './plan-template.ts'

interface Props {
  readonly templates: readonly PlanTemplate[]
  readonly value: string | null
  readonly onPick: (template: PlanTemplate) => void
}

/** Chooses what a plan starts from. */
export function TemplateChoice({ templates, value, onPick }: Props) {
  const pick = (name: string) => {
    const template = templates.find((each) => each.name === name)
    if (template) onPick(template)
  }
  return (
    <Radio.Group value={value} onChange={pick} aria-label="Template">
      <Stack gap="xs">
        {templates.map(({ name, title, about, kinds }) => (
          <Radio key={name} value={name} label={title} description={`${about} ${kinds.map(kindName).join(', ')}.`} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
