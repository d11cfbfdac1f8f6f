import { Grid, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { ForecastPanel } from './forecast-panel.tsx'
import { type PlanChoice, problemsOf, wishesOf } from './plan-choice.ts'
import { PlanForm } from './plan-form.tsx'
import type { Choices, PlanTemplate } from './plan-template.ts'
import { type ForecastTarget, useForecast } from './use-forecast.ts'

interface Props {
  readonly template: PlanTemplate
  readonly choices: Choices
  readonly choice: PlanChoice
  readonly usualName: string
  readonly target: ForecastTarget
  readonly onChange: (choice: PlanChoice) => void
  /** What stands above and below the form. */
  readonly before?: ReactNode
  readonly actions: (isRight: boolean) => ReactNode
}

/** A plan in the making: what is chosen, and beside it what that would bring in. */
export function PlanWorkspace({ template, choices, choice, usualName, target, onChange, before, actions }: Props) {
  const problems = problemsOf(choice, choices)
  const isRight = Object.keys(problems).length === 0
  // The name makes no difference to what comes in.
  const isBlocked = Object.keys(problems).some((field) => field !== 'name')
  const forecast = useForecast(target, isBlocked ? null : { template: choice.template, ...wishesOf(choice, choices) })
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack gap="md">
          {before}
          <PlanForm {...{ template, choices, choice, problems, usualName, onChange }} />
          {actions(isRight)}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <div style={{ position: 'sticky', top: 'calc(var(--app-shell-header-offset, 0px) + 16px)' }}>
          <ForecastPanel forecast={forecast} isBlocked={isBlocked} />
        </div>
      </Grid.Col>
    </Grid>
  )
}
