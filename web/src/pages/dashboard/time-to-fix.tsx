import { Table, Text } from '@mantine/core'
import type { Dashboard } from '../../api/types.ts'
import { count, duration } from '../../ui/format.ts'
import { Severity } from '../../ui/severity.tsx'
import { WORST_FIRST } from './open-filter.ts'

/** How long it took to fix what was fixed, by severity. */
export function TimeToFix({ rows }: { rows: Dashboard['timeToFix'] }) {
  const known = WORST_FIRST.flatMap((severity) => rows.filter((row) => row.severity === severity))
  if (known.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing was fixed in this time.
      </Text>
    )
  }
  return (
    <Table verticalSpacing={5}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Severity</Table.Th>
          <Table.Th className="number">Fixed</Table.Th>
          <Table.Th className="number">Median</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {known.map(({ severity, fixed, medianHours }) => (
          <Table.Tr key={severity}>
            <Table.Td>
              <Severity value={severity} />
            </Table.Td>
            <Table.Td className="number">{count(fixed)}</Table.Td>
            <Table.Td className="number">{duration(medianHours * 3_600_000)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
