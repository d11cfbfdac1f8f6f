import { Button, Group } from '@mantine/core'

/** Which template to begin with; none means that everything is brought in. */
export interface PlanChoice {
  readonly template: string | null
}

/** No template. */
export const NO_PLAN: PlanChoice = { template: null }

interface Props {
  readonly choice: PlanChoice
  readonly onChange: (choice: PlanChoice) => void
  readonly isBusy: boolean
  readonly onConnect: () => void
}

/** Chooses what comes in, and connects. */
export function TemplateStep({ isBusy, onConnect }: Props) {
  return (
    <Group>
      <Button loading={isBusy} onClick={onConnect}>
        Connect to Wiz
      </Button>
    </Group>
  )
}
