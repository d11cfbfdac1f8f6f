import { Group, NumberInput, Select, Switch, TextInput } from '@mantine/core'
import type { PlanChoice, Problems } from './plan-choice.ts'
import { MOST, type Schedule } from './schedule.ts'

interface Props {
  readonly choice: PlanChoice
  readonly problems: Problems
  readonly onChange: (choice: PlanChoice) => void
}

const WAYS: readonly { value: Schedule['every']; label: string }[] = [
  { value: 'hours', label: 'Every few hours' },
  { value: 'days', label: 'Every few days, at 01:15' },
  { value: 'cron', label: 'Cron expression' },
  { value: 'manual', label: 'Only when asked to' },
]
const ZONES = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]

/** How often a plan runs, in which time zone, and whether it does. */
export function ScheduleFields({ choice, problems, onChange }: Props) {
  const { schedule, timeZone, enabled } = choice
  const { every } = schedule
  const set = (part: Partial<Schedule>) => onChange({ ...choice, schedule: { ...schedule, ...part } })
  const problem = problems.schedule
  return (
    <>
      <Group gap="sm" align="flex-start">
        <Select
          label="Auto Sync frequency"
          data={WAYS}
          value={every}
          onChange={(way) => way && set({ every: way as Schedule['every'] })}
          allowDeselect={false}
          w={{ base: '100%', xs: 230 }}
        />
        {(every === 'hours' || every === 'days') && (
          <NumberInput
            label={every === 'hours' ? 'Hours between runs' : 'Days between runs'}
            min={1}
            max={MOST[every]}
            clampBehavior="none"
            allowDecimal={false}
            allowNegative={false}
            value={schedule[every]}
            onChange={(count) => set({ [every]: count })}
            error={problem}
            w={{ base: '100%', xs: 150 }}
          />
        )}
        {every === 'cron' && (
          <TextInput
            label="Cron expression"
            value={schedule.cron}
            onChange={(event) => set({ cron: event.currentTarget.value })}
            error={problem}
            spellCheck={false}
            ff="monospace"
            maxLength={100}
            w={{ base: '100%', xs: 200 }}
          />
        )}
        {(every === 'days' || every === 'cron') && (
          <Select
            label="Time zone"
            data={ZONES}
            value={timeZone}
            onChange={(zone) => zone && onChange({ ...choice, timeZone: zone })}
            allowDeselect={false}
            searchable
            limit={100}
            w={{ base: '100%', xs: 200 }}
          />
        )}
      </Group>
      <Switch
        label="Runs by itself"
        description="Off, the plan is paused: it runs only when asked to."
        checked={enabled}
        disabled={every === 'manual'}
        onChange={(event) => onChange({ ...choice, enabled: event.currentTarget.checked })}
      />
    </>
  )
}
