import { Button, Group, Stack } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../../api/client.ts'
import type { Forecast, Plan } from '../../api/types.ts'
import { Loading } from '../../ui/loading.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { tell } from '../../ui/tell.tsx'
import { ForecastTable } from './forecast-table.tsx'
import { NO_PLAN, type PlanChoice, wishesOf } from './plan-choice.ts'
import { templatesQuery } from './plan-queries.ts'
import { TemplateForm } from './template-form.tsx'

/** Makes a plan for a connection; it can be tried out first. */
export function NewPlan({ connection }: { connection: string }) {
  const client = useQueryClient()
  const { data: templates, error } = useQuery(templatesQuery)
  const [choice, setChoice] = useState<PlanChoice>(NO_PLAN)
  const forecast = useMutation({
    mutationFn: () => ask<Forecast>('/plans/forecast', { method: 'POST', body: { connection, ...wishesOf(choice) } }),
  })
  const create = useMutation({
    mutationFn: () => ask<Plan>('/plans', { method: 'POST', body: { connection, ...wishesOf(choice) } }),
    onSuccess: ({ name }) => {
      tell(`The plan ${name} is made, and its first run begins.`)
      setChoice(NO_PLAN)
      forecast.reset()
      return client.invalidateQueries()
    },
  })
  return (
    <Panel title="New plan">
      {error && <Problem error={error} />}
      {!templates && !error && <Loading rows={4} />}
      {templates && (
        <Stack gap="md">
          <TemplateForm
            templates={templates}
            choice={choice}
            onChange={(next) => {
              setChoice(next)
              forecast.reset()
            }}
          />
          {choice.template && (
            <Group gap="xs">
              <Button variant="default" loading={forecast.isPending} onClick={() => forecast.mutate()}>
                Test run
              </Button>
              <Button loading={create.isPending} onClick={() => create.mutate()}>
                Save and run
              </Button>
            </Group>
          )}
          <div aria-live="polite">
            {(forecast.error ?? create.error) && <Problem error={forecast.error ?? create.error} />}
            {forecast.data && <ForecastTable forecast={forecast.data} />}
          </div>
        </Stack>
      )}
    </Panel>
  )
}
