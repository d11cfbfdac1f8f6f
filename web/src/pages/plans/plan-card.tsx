import { Button, Group, Paper, Switch, Text, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ask, part } from '../../api/client.ts'
import { AnchorLink, ButtonLink } from '../../ui/anchor-link.tsx'
import { count, kindName, words } from '../../ui/format.ts'
import { Moment } from '../../ui/moment.tsx'
import { Status } from '../../ui/status.tsx'
import { tell, tellProblem } from '../../ui/tell.tsx'
import { DeletePlan } from './delete-plan.tsx'
import type { ShownPlan } from './plan-template.ts'

/** A plan: what it brings in, when it runs, and what can be done with it. */
export function PlanCard({ plan, mayOperate }: { plan: ShownPlan; mayOperate: boolean }) {
  const { name, connection, template, kinds, enabled } = plan
  const client = useQueryClient()
  const path = `/plans/${part(name)}`
  const after = { onSettled: () => client.invalidateQueries({ queryKey: ['plans'] }), onError: tellProblem }
  const update = useMutation({ mutationFn: (body: object) => ask(path, { method: 'PATCH', body }), ...after })
  const run = useMutation({
    mutationFn: () => ask(`${path}/runs`, { method: 'POST', body: {} }),
    onSuccess: () => tell(`${name} runs.`),
    ...after,
  })
  return (
    <Paper withBorder p="sm" component="article" aria-label={`Plan ${name}`} className="panel">
      <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
        <div className="grow">
          <Title order={3} size="h6" className="breakable">
            {name}
          </Title>
          <Text size="xs" c="dimmed">
            {template}
          </Text>
        </div>
        <Switch
          size="sm"
          label={enabled ? 'On' : 'Paused'}
          aria-label={`${name} runs by itself`}
          checked={enabled}
          disabled={!mayOperate || update.isPending}
          onChange={(event) => update.mutate({ enabled: event.currentTarget.checked })}
        />
      </Group>
      <Text size="sm" mt={6}>
        {kinds.map(kindName).join(', ')} <span className="dimmed">· {limitsOf(plan)}</span>
      </Text>
      <Times plan={plan} />
      {mayOperate && (
        <Group gap={6} mt="xs">
          <Button size="compact-sm" variant="default" loading={run.isPending} onClick={() => run.mutate()}>
            Run now
          </Button>
          <ButtonLink
            to="/connections/$name/$tab"
            params={{ name: connection, tab: 'plans' }}
            search={{ plan: name }}
            size="compact-sm"
            variant="default"
            aria-label={`Change ${name}`}
          >
            Change
          </ButtonLink>
          <DeletePlan name={name} />
        </Group>
      )}
    </Paper>
  )
}

function Times({ plan }: { plan: ShownPlan }) {
  const { schedule, timeZone, enabled, lastRunId, lastRunStatus, lastRunAt, nextRunAt } = plan
  return (
    <Group gap="md" mt={4}>
      <Text size="sm">
        {schedule}
        {timeZone !== 'UTC' && ` (${timeZone})`}
      </Text>
      <Text size="sm" component="div">
        Last run:{' '}
        {lastRunId === null ? (
          'never'
        ) : (
          <AnchorLink to="/runs/$run" params={{ run: String(lastRunId) }} inherit c="inherit" underline="always">
            <Status value={lastRunStatus} withHint={false} /> <Moment at={lastRunAt} />
          </AnchorLink>
        )}
      </Text>
      <Text size="sm" component="div">
        Next run: {enabled ? <Moment at={nextRunAt} missing="when asked to" /> : 'when asked to'}
      </Text>
    </Group>
  )
}

/** The limits of a plan in few words. */
function limitsOf({ filters, selectors }: ShownPlan): string {
  const { projects, ...rest } = filters
  const texts = Object.values(rest).map((each) => each.map(words).join(', '))
  const many = projects && `${count(projects.length)} ${projects.length === 1 ? 'project' : 'projects'}`
  const own = Object.keys(selectors).map((kind) => `${kindName(kind)} with limits of its own`)
  return [...(many ? [many] : []), ...texts, ...own].join(' · ') || 'no limits'
}
