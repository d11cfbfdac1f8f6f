import { Group, Table, Text } from '@mantine/core'
import type { Receipt } from '../../api/types.ts'
import { Cards } from '../../ui/cards.tsx'
import { count, kindName } from '../../ui/format.ts'
import { ScrollX } from '../../ui/scroll-x.tsx'
import { Status } from '../../ui/status.tsx'
import { useIsNarrow } from '../../ui/use-is-narrow.ts'
import { withoutCommands } from '../../ui/without-commands.ts'
import { HiddenCounts } from './hidden-counts.tsx'
import { KindProgress } from './kind-progress.tsx'
import { leftOutReason } from './left-out.ts'

/** The completeness receipts of a run: what was expected of each kind and what came. */
export function ReceiptsTable({ receipts }: { receipts: readonly Receipt[] }) {
  const isNarrow = useIsNarrow()
  const hidden = receipts.some((receipt) => receipt.fetched === null) && <HiddenCounts />
  if (isNarrow) {
    return (
      <>
        {hidden}
        <Cards label="What came of each kind">
          {receipts.map((receipt) => (
            <ReceiptCard key={receipt.kind} receipt={receipt} />
          ))}
        </Cards>
      </>
    )
  }
  return (
    <>
      {hidden}
      <ScrollX label="What came of each kind">
        <Table verticalSpacing={5} miw={1080}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Kind</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th className="number">Expected</Table.Th>
              <Table.Th className="number">Read</Table.Th>
              <Table.Th className="number">New</Table.Th>
              <Table.Th className="number">Changed</Table.Th>
              <Table.Th className="number">Unchanged</Table.Th>
              <Table.Th className="number">Rejected</Table.Th>
              <Table.Th className="number">Removed</Table.Th>
              <Table.Th className="number">Stored</Table.Th>
              <Table.Th w={300}>What to know</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {receipts.map((receipt) => (
              <Table.Tr key={receipt.kind}>
                <Table.Td className="nowrap">
                  {kindName(receipt.kind)}
                  <Text span size="xs" c="dimmed">
                    {' '}
                    {MODES[receipt.mode]}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Status value={receipt.state} />
                  <KindProgress receipt={receipt} />
                </Table.Td>
                <Table.Td className="number">{count(receipt.expected)}</Table.Td>
                <Table.Td className="number">{count(receipt.fetched)}</Table.Td>
                <Table.Td className="number">{count(receipt.inserted)}</Table.Td>
                <Table.Td className="number">{count(receipt.updated)}</Table.Td>
                <Table.Td className="number">{count(receipt.unchanged)}</Table.Td>
                <Table.Td className="number">{count(receipt.rejected)}</Table.Td>
                <Table.Td className="number">{count(receipt.removed)}</Table.Td>
                <Table.Td className="number">{count(receipt.stored)}</Table.Td>
                <Table.Td>
                  {remarksOf(receipt).map((remark) => (
                    <Text key={remark} size="xs">
                      {remark}
                    </Text>
                  ))}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollX>
    </>
  )
}

function ReceiptCard({ receipt }: { receipt: Receipt }) {
  const { kind, mode, state, expected, fetched, inserted, updated, rejected, removed, stored } = receipt
  const changes = [
    ['new', inserted],
    ['changed', updated],
    ['removed', removed],
    ['rejected', rejected],
  ] as const
  return (
    <li>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {kindName(kind)}{' '}
          <Text span size="xs" c="dimmed">
            {MODES[mode]}
          </Text>
        </Text>
        <Status value={state} />
      </Group>
      <KindProgress receipt={receipt} />
      {fetched !== null && (
        <Text size="sm">
          {count(fetched)} read{expected !== null && ` of ${count(expected)}`}, {count(stored)} stored
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {changes
          .filter(([, rows]) => rows !== null && rows > 0)
          .map(([what, rows]) => `${count(rows)} ${what}`)
          .join(' · ')}
      </Text>
      {remarksOf(receipt).map((remark) => (
        <Text key={remark} size="xs" className="breakable">
          {remark}
        </Text>
      ))}
    </li>
  )
}

const MODES = { full: 'all', delta: 'changes', inside: 'inside issues' }

function remarksOf({ error, errorCode, notes, leftOut, held, heldState, marked }: Receipt): string[] {
  return [
    ...(heldState === 'waiting' ? [waiting(held)] : error ? [withoutCommands(error)] : errorCode ? [errorCode] : []),
    ...(marked !== null && held !== null && marked > held
      ? [`${count(marked - held)} not seen this time; removed when that is confirmed.`]
      : []),
    ...Object.entries(leftOut).map(([reason, rows]) => `${count(rows)} left out: ${leftOutReason(reason)}`),
    ...notes,
  ]
}

function waiting(held: number | null): string {
  return held === null ? 'Removals wait for a person.' : `${count(held)} removals wait for a person.`
}
