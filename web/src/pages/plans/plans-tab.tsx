import { Button, Group, Stack, Switch, Table, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ask, isAbsent, part } from '../../api/client.ts'
import { useMay } from '../../api/role.ts'
import type { Plan } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { Status } from '../../ui/status.tsx'
import { tell, tellProblem } from '../../ui/tell.tsx'
import { NewPlan } from './new-plan.tsx'
import { plansQuery } from './plan-queries.ts'

/** What is brought in through a connection by itself, and how often. */
export function PlansTab({ connection }: { connection: string }) {
  const mayOperate = useMay('operator')
  const { data: plans, error, refetch } = useQuery(plansQuery(connection))
  if (error && isAbsent(error)) {
    return <Empty title="Plans are not available in this version">Use “Sync now” to bring in everything.</Empty>
  }
  return (
    <Stack gap="md">
      <Panel title="Plans">
        {error && <Problem error={error} retry={() => void refetch()} />}
        {!plans && !error && <Loading rows={2} />}
        {plans?.length === 0 && (
          <Text size="sm" c="dimmed">
            None yet. Choose a template below; until then, “Sync now” brings in everything.
          </Text>
        )}
        {plans && plans.length > 0 && (
          <div className="scroll-x">
            <Table verticalSpacing={6} miw={720}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Plan</Table.Th>
                  <Table.Th>How often</Table.Th>
                  <Table.Th>Last run</Table.Th>
                  <Table.Th>Next run</Table.Th>
                  <Table.Th>On</Table.Th>
                  <Table.Th>Actions</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {plans.map((plan) => (
                  <PlanRow key={plan.id} plan={plan} mayOperate={mayOperate} />
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Panel>
      {mayOperate && <NewPlan connection={connection} />}
    </Stack>
  )
}

function PlanRow({ plan, mayOperate }: { plan: Plan; mayOperate: boolean }) {
  const { name, template, schedule, enabled, lastRunId, lastRunStatus, lastRunAt, nextRunAt } = plan
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
      <Table.Td>{schedule}</Table.Td>
      <Table.Td>
        {lastRunId === null ? (
          'never'
        ) : (
          <AnchorLink to="/runs/$run" params={{ run: String(lastRunId) }} inherit c="inherit">
            <Status value={lastRunStatus} withHint={false} /> <Moment at={lastRunAt} />
          </AnchorLink>
        )}
      </Table.Td>
      <Table.Td>
        <Moment at={nextRunAt} missing="when asked to" />
      </Table.Td>
      <Table.Td>
        <Switch
          size="sm"
          aria-label={`${name} runs by itself`}
          checked={enabled}
          disabled={!mayOperate}
          onChange={(event) => update.mutate({ enabled: event.currentTarget.checked })}
        />
      </Table.Td>
      <Table.Td>
        {mayOperate && (
          <Group gap={6} wrap="nowrap">
            <Button size="compact-xs" variant="default" loading={run.isPending} onClick={() => run.mutate()}>
              Run now
            </Button>
            <Confirm
              text="Delete"
              question={`${name} no longer runs. What only it wanted leaves with the next run of the others.`}
              isBusy={remove.isPending}
              onConfirm={() => remove.mutate()}
            />
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  )
}
