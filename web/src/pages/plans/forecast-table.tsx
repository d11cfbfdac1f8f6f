import { Table, Text } from '@mantine/core'
import type { Forecast } from '../../api/types.ts'
import { count, duration, kindName } from '../../ui/format.ts'

/** What a plan would bring in, and what it costs. */
export function ForecastTable({ forecast }: { forecast: Forecast }) {
  const { items, calls, minutes } = forecast
  return (
    <div className="scroll-x">
      <Text size="sm" mb={4}>
        About {count(calls)} calls of Wiz{minutes !== null && `, ${duration(minutes * 60_000)}`}. Nothing was stored.
      </Text>
      <Table verticalSpacing={5} miw={520}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Kind</Table.Th>
            <Table.Th className="number">Rows in Wiz</Table.Th>
            <Table.Th className="number">Calls</Table.Th>
            <Table.Th>What to know</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map(({ kind, count: rows, isAtLeast, calls: each, sentence, inspected, leftOut }) => (
            <Table.Tr key={kind}>
              <Table.Td className="nowrap">{kindName(kind)}</Table.Td>
              <Table.Td className="number">
                {isAtLeast && '≥ '}
                {count(rows)}
              </Table.Td>
              <Table.Td className="number">{count(each)}</Table.Td>
              <Table.Td className="dimmed">
                {[
                  ...(sentence ? [sentence] : []),
                  ...Object.entries(leftOut).map(([reason, n]) => `${n} of ${inspected} looked at left out: ${reason}`),
                ].join(' ')}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}
