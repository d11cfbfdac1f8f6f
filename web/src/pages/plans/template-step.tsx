import { Button, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Loading } from '../../ui/loading.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { choiceOfTemplate, type PlanChoice } from './plan-choice.ts'
import { templatesQuery } from './plan-queries.ts'
import { PlanWorkspace } from './plan-workspace.tsx'
import { TemplateChoice } from './template-choice.tsx'
import type { ForecastTarget } from './use-forecast.ts'

interface Props {
  readonly connection: string
  readonly choice: PlanChoice | null
  readonly target: ForecastTarget
  readonly onChange: (choice: PlanChoice | null) => void
  readonly isBusy: boolean
  readonly onConnect: () => void
  readonly error: unknown
}

/** Chooses what comes in, shows what that would be, and connects. */
export function TemplateStep({ connection, choice, target, onChange, isBusy, onConnect, error }: Props) {
  const { data: templates, error: missing, refetch } = useQuery(templatesQuery)
  const template = templates?.items.find((each) => each.name === choice?.template)
  const connect = (isRight: boolean) => (
    <>
      {error !== null && <Problem error={error} title="Not connected" />}
      <Button loading={isBusy} disabled={!isRight} onClick={onConnect} w="fit-content">
        Connect to Wiz
      </Button>
    </>
  )
  const choose = templates && (
    <>
      <Text size="sm" c="dimmed">
        A template makes a plan that runs by itself. Without one, everything comes in when you press “Sync now”.
      </Text>
      <TemplateChoice
        templates={templates.items}
        value={choice?.template ?? null}
        onPick={(picked) => onChange(choiceOfTemplate(picked, templates.choices))}
      />
    </>
  )
  return (
    <Panel
      title="What is to come in"
      aside={
        choice && (
          <Button size="compact-xs" variant="subtle" onClick={() => onChange(null)}>
            No template
          </Button>
        )
      }
    >
      {missing && <Problem error={missing} retry={() => void refetch()} />}
      {!templates && !missing && <Loading rows={5} />}
      {templates && choice && template ? (
        <PlanWorkspace
          key={choice.template}
          template={template}
          choices={templates.choices}
          choice={choice}
          usualName={`${connection}-${template.name}`.slice(0, 63)}
          target={target}
          onChange={onChange}
          before={choose}
          actions={connect}
        />
      ) : (
        <Stack gap="md">
          {choose}
          {connect(true)}
        </Stack>
      )}
    </Panel>
  )
}
