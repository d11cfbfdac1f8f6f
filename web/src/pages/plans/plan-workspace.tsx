import { Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { ForecastPanel } from './forecast-panel.tsx'
import { type PlanChoice, problemsOf, wishesOf } from './plan-choice.ts'
import { PlanForm } from './plan-form.tsx'
import type { Choices, PlanTemplate, ShownPlan } from './plan-template.ts'
import classes from './plan-workspace.module.css'
import { type ForecastTarget, useForecast } from './use-forecast.ts'

interface Props {
  readonly template: PlanTemplate
  readonly choices: Choices
  readonly choice: PlanChoice
  readonly usualName: string
  readonly target: ForecastTarget
  /** The plan as it is kept, if there is one. */
  readonly plan?: ShownPlan | undefined
  readonly onChange: (choice: PlanChoice) => void
  /** What stands above and below the form. */
  readonly before?: ReactNode
  readonly actions: (isRight: boolean) => ReactNode
}

/** A plan in the making: what is chosen, and beside it what that would bring in. */
export function PlanWorkspace({
  template,
  choices,
  choice,
  usualName,
  target,
  plan,
  onChange,
  before,
  actions,
}: Props) {
  const problems = problemsOf(choice, choices)
  const isRight = Object.keys(problems).length === 0
  // The name makes no difference to what comes in.
  const isBlocked = Object.keys(problems).some((field) => field !== 'name')
  const forecast = useForecast(
    target,
    isBlocked ? null : { template: choice.template, ...wishesOf(choice, choices, plan) },
  )
  // Narrow, the forecast stands between the form and the buttons, so that it is seen before anything is saved.
  return (
    <div className={classes.workspace}>
      <Stack gap="md">
        {before}
        <PlanForm {...{ template, choices, choice, problems, usualName, onChange }} />
      </Stack>
      <div className={classes.forecast}>
        <div className={classes.inner}>
          <ForecastPanel forecast={forecast} isBlocked={isBlocked} />
        </div>
      </div>
      <Stack gap="md">{actions(isRight)}</Stack>
    </div>
  )
}
