import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Panel } from '../../ui/panel.tsx'
import { NO_PLAN, type PlanChoice } from './plan-choice.ts'
import { templatesQuery } from './plan-queries.ts'
import { TemplateForm } from './template-form.tsx'

interface Props {
  readonly choice: PlanChoice
  readonly onChange: (choice: PlanChoice) => void
  readonly isBusy: boolean
  readonly onConnect: () => void
}

/** Chooses what comes in, and connects. */
export function TemplateStep({ choice, onChange, isBusy, onConnect }: Props) {
  const { data: templates } = useQuery(templatesQuery)
  return (
    <>
      {templates && templates.length > 0 && (
        <Panel
          title="What is to come in"
          aside={
            choice.template && (
              <Button size="compact-xs" variant="subtle" onClick={() => onChange(NO_PLAN)}>
                No template
              </Button>
            )
          }
        >
          <Text size="sm" c="dimmed" mb="sm">
            A template makes a plan that runs by itself. Without one, everything comes in when you press “Sync now”.
          </Text>
          <TemplateForm templates={templates} choice={choice} onChange={onChange} />
        </Panel>
      )}
      <Button loading={isBusy} onClick={onConnect} w="fit-content">
        Connect to Wiz
      </Button>
    </>
  )
}
