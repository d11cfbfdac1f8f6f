import { Button, Stack, Table, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ask } from '../../api/client.ts'
import { useMay } from '../../api/role.ts'
import type { RunDetail } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { count, duration, kindName } from '../../ui/format.ts'
import { Loading } from '../../ui/loading.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { Status } from '../../ui/status.tsx'
import { tellProblem } from '../../ui/tell.tsx'
import { withoutCommands } from '../../ui/without-commands.ts'
import { HeldRemovals } from './held-removals.tsx'
import { ReceiptsTable } from './receipts-table.tsx'
import { RunProgress } from './run-progress.tsx'
import { startedWord, starterOf } from './starter.ts'
import { isOpen, useRun } from './use-run.ts'

/** One run: its progress, its receipts, what failed, and what waits for a person. */
export function RunPage() {
  const id = Number(useParams({ strict: false }).run)
  const { data: run, error, refetch } = useRun(id)
  const title = `Sync ${id}`
  if (error) {
    return (
      <Page title={title}>
        <Problem error={error} retry={() => void refetch()} />
      </Page>
    )
  }
  if (!run) {
    return (
      <Page title={title}>
        <Loading />
      </Page>
    )
  }
  return (
    <Page
      title={title}
      about={<RunFacts run={run} />}
      actions={<RunActions run={run} />}
      heading={
        <>
          {title} of{' '}
          <AnchorLink
            to="/connections/$name/$tab"
            params={{ name: run.connection, tab: 'history' }}
            inherit
            underline="always"
          >
            {run.connection}
          </AnchorLink>
        </>
      }
    >
      <Stack gap="md">
        {/* What an open run waits for is told with its progress. */}
        {(run.error ?? run.errorCode) && !isOpen(run) && !isOnlyHeld(run) && (
          <Notice tone="bad" role="alert" title={run.status === 'partial' ? 'Not everything is settled' : 'It failed'}>
            {withoutCommands(run.error ?? run.errorCode ?? '')}
          </Notice>
        )}
        <RunProgress run={id} />
        <HeldRemovals run={run} />
        <Panel title="Receipts">
          <ReceiptsTable receipts={run.receipts} />
          {run.removed !== null && run.removed > 0 && (
            <Text size="sm" mt="sm">
              {count(run.removed)} removed, each kept with its reason.{' '}
              <AnchorLink
                to="/connections/$name/$tab"
                params={{ name: run.connection, tab: 'removed' }}
                search={{ run: String(id) }}
                inherit
              >
                Look at them, or restore some
              </AnchorLink>
            </Text>
          )}
        </Panel>
        <FailedParts run={run} />
        <Rejected run={run} />
      </Stack>
    </Page>
  )
}

/** Everything came in, and only removals wait for a person, with what lives inside of those; they are told by themselves. */
function isOnlyHeld({ receipts }: RunDetail): boolean {
  const unsettled = receipts.filter(({ state, errorCode }) => state !== 'complete' && errorCode !== 'parent-incomplete')
  return unsettled.length > 0 && unsettled.every((receipt) => receipt.heldState === 'waiting')
}

function RunFacts({ run }: { run: RunDetail }) {
  const { startedAt, finishedAt, durationSeconds, status } = run
  return (
    <>
      <Status value={status} /> · {startedWord(run)} <Moment at={startedAt} /> by {starterOf(run)}
      {finishedAt && ` · took ${duration(durationSeconds * 1000)}`}
    </>
  )
}

function RunActions({ run }: { run: RunDetail }) {
  const client = useQueryClient()
  const mayOperate = useMay('operator')
  const act = useMutation({
    mutationFn: (verb: 'cancel' | 'resume') => ask(`/runs/${run.id}/${verb}`, { method: 'POST', body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
    onError: tellProblem,
  })
  if (!mayOperate) return null
  if (isOpen(run)) {
    return (
      <Button variant="default" size="xs" loading={act.isPending} onClick={() => act.mutate('cancel')}>
        Cancel
      </Button>
    )
  }
  if (run.status === 'complete') return null
  return (
    <Button variant="default" size="xs" loading={act.isPending} onClick={() => act.mutate('resume')}>
      Resume
    </Button>
  )
}

function FailedParts({ run }: { run: RunDetail }) {
  if (run.failedParts.length === 0) return null
  return (
    <Panel title="Parts that could not be read">
      <Text size="sm" mb="xs">
        Resuming the run goes on with these, from their last page.
      </Text>
      <Table verticalSpacing={5}>
        <Table.Tbody>
          {run.failedParts.map(({ kind, part, error }) => (
            <Table.Tr key={`${kind} ${part}`}>
              <Table.Td className="nowrap">{kindName(kind)}</Table.Td>
              <Table.Td>{part}</Table.Td>
              <Table.Td className="breakable">{error}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}

function Rejected({ run }: { run: RunDetail }) {
  if (run.rejected.length === 0) return null
  return (
    <Panel title="Records that could not be read">
      <Text size="sm" mb="xs">
        The first {run.rejected.length}. They were set aside, and nothing of them is stored.
      </Text>
      <Table verticalSpacing={5}>
        <Table.Tbody>
          {run.rejected.map(({ kind, id, reason, code, at }) => (
            <Table.Tr key={`${kind} ${id} ${code} ${at}`}>
              <Table.Td className="nowrap">{kindName(kind)}</Table.Td>
              <Table.Td className="breakable">{id ?? 'no id'}</Table.Td>
              <Table.Td className="breakable">{reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}
