import type { PlanChoice } from './template-step.tsx'

/** Makes the chosen plan once the connection is there; answers what to tell. */
export function useCreatePlan(_connection: string, _choice: PlanChoice): string | null {
  return null
}
