import { Code, Group, List, Stack, Table, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import type { MasterKeyRotation, MasterKeys } from '../../api/types.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { count } from '../../ui/format.ts'
import { Loading } from '../../ui/loading.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { ScrollX } from '../../ui/scroll-x.tsx'

const QUERY_KEY = ['master-key']

/** By which keys secrets are sealed, whether all are under the newest one, and how to change it. */
export function MasterKeyPanel() {
  const { data, error, refetch } = useQuery({
    queryKey: QUERY_KEY,
    queryFn: ({ signal }) => ask<MasterKeys>('/master-key', { signal }),
  })
  return (
    <Panel title="Master key">
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading rows={3} />}
      {data && (
        <Stack gap="sm">
          <SealState keys={data} />
          <KeyTable keys={data} />
          <Text size="sm">
            The keys come from <Code className="breakable">{data.where}</Code>
            {data.changedAt && (
              <>
                , last written <Moment at={data.changedAt} />
              </>
            )}
            . Back them up apart from the database: neither opens a secret without the other.
          </Text>
          {data.isFile ? <Rotate /> : <RotateByHand />}
        </Stack>
      )}
    </Panel>
  )
}

function SealState({ keys: { keys } }: { keys: MasterKeys }) {
  const all = keys.reduce((sum, key) => sum + key.secrets, 0)
  const lost = keys.reduce((sum, key) => sum + (key.isHere ? 0 : key.secrets), 0)
  const older = keys.reduce((sum, key) => sum + (key.isHere && !key.seals ? key.secrets : 0), 0)
  if (lost > 0) {
    return (
      <Notice tone="bad" role="alert" title={`${count(lost)} of ${count(all)} secrets cannot be opened`}>
        Their key is not here. Restore it from a backup, or give these connections their secrets again.
      </Notice>
    )
  }
  if (older > 0) {
    return (
      <Notice tone="warn" title={`${count(older)} of ${count(all)} secrets are under an older key`}>
        They open as long as that key is here. Rotate to seal them with the newest one.
      </Notice>
    )
  }
  const state = all === 1 ? 'The one secret there is' : `All ${count(all)} secrets`
  return <Text size="sm">{all === 0 ? 'No secret is stored yet.' : `${state}: sealed with the newest key.`}</Text>
}

function KeyTable({ keys: { keys, retired } }: { keys: MasterKeys }) {
  return (
    <ScrollX label="Keys">
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Fingerprint</Table.Th>
            <Table.Th>Use</Table.Th>
            <Table.Th className="number">Secrets</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map(({ id, seals, isHere, secrets }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Code>{id}</Code>
              </Table.Td>
              <Table.Td>{seals ? 'Seals and opens' : isHere ? 'Opens only' : 'Missing'}</Table.Td>
              <Table.Td className="number">{count(secrets)}</Table.Td>
            </Table.Tr>
          ))}
          {retired.map(({ id, at }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Code>{id}</Code>
              </Table.Td>
              <Table.Td>
                Dropped <Moment at={at} />; only older backups need it
              </Table.Td>
              <Table.Td className="number">–</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollX>
  )
}

function Rotate() {
  const client = useQueryClient()
  const rotate = useMutation({
    mutationFn: (keepOld: boolean) =>
      ask<MasterKeyRotation>('/master-key/rotate', { method: 'POST', body: { keepOld } }),
    onSettled: () => client.invalidateQueries({ queryKey: QUERY_KEY }),
  })
  const { data, error, isPending, mutate } = rotate
  return (
    <>
      <Group gap="xs">
        <Confirm
          text="Rotate and drop older keys"
          question="A new key seals every secret, then the older keys go. Backups from before still need them: have a copy of the key file. Syncs go on meanwhile."
          isBusy={isPending}
          onConfirm={() => mutate(false)}
        />
        <Confirm
          text="Rotate and keep older keys"
          question="A new key seals every secret; the older keys stay in the file until the next rotation. Syncs go on meanwhile."
          isBusy={isPending}
          onConfirm={() => mutate(true)}
        />
      </Group>
      {error && <Problem error={error} />}
      {data && (
        <Notice tone="good" role="status" title={`Sealed anew with ${data.key}: ${count(data.resealed)}`}>
          {data.next}
        </Notice>
      )}
    </>
  )
}

function RotateByHand() {
  return (
    <Stack gap={4}>
      <Text size="sm">These keys are yours to change:</Text>
      <List type="ordered" size="sm">
        <List.Item>
          Make a key: <Code>openssl rand -base64 32</Code>. Put it behind the present one in{' '}
          <Code>WIZBRIDGE_MASTER_KEY</Code>, with a comma between, and restart every process.
        </List.Item>
        <List.Item>Put it in front, and restart every process.</List.Item>
        <List.Item>
          With the same variable set: <Code>wizbridge master-key rotate</Code>
        </List.Item>
        <List.Item>When no secret is under the old key any more, remove it and restart every process.</List.Item>
      </List>
    </Stack>
  )
}
