import { Button, Group, Switch, Table, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ask, part } from '../../api/client.ts'
import type { Plan } from '../../api/types.ts'
import { AnchorLink, ButtonLink } from '../../ui/anchor-link.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { count, kindName, words } from '../../ui/format.ts'
import { Moment } from '../../ui/moment.tsx'
import { Status } from '../../ui/status.tsx'
import { tell, tellProblem } from '../../ui/tell.tsx'

/** A plan: what it brings in, when it runs, and what can be done with it. */
export function PlanRow({ plan, mayOperate }: { plan: Plan; mayOperate: boolean }) {
  const { name, connection, template, schedule, timeZone, enabled, lastRunId, lastRunStatus, lastRunAt } = plan
  const client = useQueryClient()
  const path = `/plans/${part(name)}`
  const after = { onSettled: () => client.invalidateQueries({ queryKey: ['plans'] }), onError: tellProblem }
  const update = useMutation({ mutationFn: (body: object) => ask(path, { method: 'PATCH', body }), ...after })
  const remove = useMutation({ mutationFn: () => ask(path, { method: 'DELETE' }), ...after })
  const run = useMutation({
    mutationFn: () => ask(`${path}/runs`, { method: 'POST', body: {} }),
    onSuccess: () => tell(`${name} runs.`),
    ...after,
  })
  return (
    <Table.Tr>
      <Table.Td>
        {name}
        <Text size="xs" c="dimmed">
          {template}
        </Text>
      </Table.Td>
      <Table.Td maw={320}>
        <Text size="sm">{plan.kinds.map(kindName).join(', ')}</Text>
        <Text size="xs" c="dimmed">
          {limitsOf(plan)}
        </Text>
      </Table.Td>
      <Table.Td>
        {schedule}
        {timeZone !== 'UTC' && (
          <Text size="xs" c="dimmed">
            {timeZone}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {lastRunId === null ? (
          'never'
        ) : (
          <AnchorLink to="/runs/$run" params={{ run: String(lastRunId) }} inherit c="inherit">
            <Status value={lastRunStatus} withHint={false} /> <Moment at={lastRunAt} />
          </AnchorLink>
        )}
      </Table.Td>
      <Table.Td>{enabled ? <Moment at={plan.nextRunAt} missing="when asked to" /> : 'paused'}</Table.Td>
      <Table.Td>
        <Switch
          size="sm"
          aria-label={`${name} runs by itself`}
          checked={enabled}
          disabled={!mayOperate || update.isPending}
          onChange={(event) => update.mutate({ enabled: event.currentTarget.checked })}
        />
      </Table.Td>
      <Table.Td>
        {mayOperate && (
          <Group gap={6} wrap="nowrap">
            <Button size="compact-xs" variant="default" loading={run.isPending} onClick={() => run.mutate()}>
              Run now
            </Button>
            <ButtonLink
              to="/connections/$name/$tab"
              params={{ name: connection, tab: 'plans' }}
              search={{ plan: name }}
              size="compact-xs"
              variant="default"
              aria-label={`Change ${name}`}
            >
              Change
            </ButtonLink>
            <Confirm
              text="Delete"
              question={`${name} no longer runs. What only it brought in stays as it is.`}
              isBusy={remove.isPending}
              onConfirm={() => remove.mutate()}
            />
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

/** The limits of a plan in few words. */
function limitsOf({ filters }: Plan): string {
  const { projects, ...rest } = filters
  const texts = Object.values(rest).map((each) => each.map(words).join(', '))
  const many = projects && `${count(projects.length)} ${projects.length === 1 ? 'project' : 'projects'}`
  return [...(many ? [many] : []), ...texts].join(' · ') || 'no limits'
}
