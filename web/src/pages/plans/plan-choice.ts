import type { Template } from '../../api/types.ts'

/** What somebody chose for a plan. */
export interface PlanChoice {
  readonly template: string | null
  readonly on: readonly string[]
  readonly off: readonly string[]
  readonly schedule: string
}

/** Nothing chosen: everything is brought in, and only when asked for. */
export const NO_PLAN: PlanChoice = { template: null, on: [], off: [], schedule: '' }

/** A template as it is, before anything of it was changed. */
export function choiceOf({ name, schedule }: Template): PlanChoice {
  return { template: name, on: [], off: [], schedule }
}

/** Turns an option of the template on or off. */
export function withOption(choice: PlanChoice, name: string, isOn: boolean): PlanChoice {
  const without = (names: readonly string[]) => names.filter((each) => each !== name)
  const { on, off } = choice
  return isOn
    ? { ...choice, on: [...without(on), name], off: without(off) }
    : { ...choice, on: without(on), off: [...without(off), name] }
}

/** The choice as the API takes it. */
export function wishesOf({ template, on, off, schedule }: PlanChoice) {
  return { template, on, off, ...(schedule.trim() && { schedule: schedule.trim() }) }
}
