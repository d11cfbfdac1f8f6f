import { Button, Group, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask, part } from '../../api/client.ts'
import type { Plan } from '../../api/types.ts'
import { Loading } from '../../ui/loading.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { tell, tellProblem } from '../../ui/tell.tsx'
import { choiceOfPlan, choiceOfTemplate, type PlanChoice, wishesOf } from './plan-choice.ts'
import { templatesQuery } from './plan-queries.ts'
import type { ShownPlan, Templates } from './plan-template.ts'
import { PlanWorkspace } from './plan-workspace.tsx'
import { TemplateChoice } from './template-choice.tsx'

interface Props {
  readonly connection: string
  /** The plan to change; a new one is made without it. */
  readonly plan?: ShownPlan
  readonly onDone: () => void
}

/** Makes a plan, or changes one. */
export function PlanEditor(props: Props) {
  const { data: templates, error, refetch } = useQuery(templatesQuery)
  return (
    <Panel
      title={props.plan ? `Change ${props.plan.name}` : 'New plan'}
      aside={
        <Button size="compact-sm" variant="subtle" onClick={props.onDone}>
          Back to the plans
        </Button>
      }
    >
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!templates && !error && <Loading rows={8} />}
      {templates && <Editor {...props} templates={templates} />}
    </Panel>
  )
}

function Editor({ connection, plan, onDone, templates: { items, choices } }: Props & { templates: Templates }) {
  const client = useQueryClient()
  const [choice, setChoice] = useState<PlanChoice | null>(() => (plan ? choiceOfPlan(plan, choices) : null))
  const template = items.find((each) => each.name === choice?.template)
  const save = useMutation({
    mutationFn: (isRun: boolean) => (plan ? change(plan, isRun) : make(isRun)),
    onSuccess: async (sentence) => {
      tell(sentence)
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'forecast' })
      onDone()
    },
  })

  async function make(start: boolean): Promise<string> {
    if (!choice) return ''
    const { template: from, name, enabled } = choice
    const body = { connection, template: from, ...(name && { name }), ...wishesOf(choice, choices), enabled, start }
    const made = await ask<Plan>('/plans', { method: 'POST', body })
    return start ? `The plan ${made.name} is made, and its first run begins.` : `The plan ${made.name} is made.`
  }

  async function change(before: ShownPlan, isRun: boolean): Promise<string> {
    if (!choice) return ''
    const { name, enabled } = choice
    const body = { name: name || before.name, enabled, ...wishesOf(choice, choices, before) }
    const after = await ask<Plan>(`/plans/${part(before.name)}`, { method: 'PATCH', body })
    // It is saved by now: that it cannot run at once is told beside that.
    if (isRun) await ask(`/plans/${part(after.name)}/runs`, { method: 'POST', body: {} }).catch(tellProblem)
    return `${after.name} is changed.`
  }

  const templateChoice = !plan && (
    <TemplateChoice
      templates={items}
      value={choice?.template ?? null}
      onPick={(picked) => setChoice(choiceOfTemplate(picked, choices))}
    />
  )
  if (!choice || !template) return templateChoice
  return (
    <PlanWorkspace
      key={choice.template}
      template={template}
      choices={choices}
      choice={choice}
      usualName={plan?.name ?? `${connection}-${template.name}`.slice(0, 63)}
      target={
        plan
          ? { path: '/plans/forecast', key: `plan ${plan.id}`, body: { plan: plan.name } }
          : { path: '/plans/forecast', key: connection, body: { connection } }
      }
      plan={plan}
      onChange={(next) => {
        setChoice(next)
        save.reset()
      }}
      before={templateChoice}
      actions={(isRight) => (
        <>
          {plan && (
            <Text size="sm" c="dimmed">
              What no plan wants any more leaves with the next run, and can be restored.
            </Text>
          )}
          {save.error && <Problem error={save.error} title="Not saved" />}
          <Group gap="xs">
            <Button disabled={!isRight} loading={save.isPending} onClick={() => save.mutate(true)}>
              Save and run
            </Button>
            <Button variant="default" disabled={!isRight || save.isPending} onClick={() => save.mutate(false)}>
              Save
            </Button>
            <Button variant="subtle" disabled={save.isPending} onClick={onDone}>
              Cancel
            </Button>
          </Group>
        </>
      )}
    />
  )
}
