import { Table, Text } from '@mantine/core'
import type { Dashboard } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { kindName } from '../../ui/format.ts'
import { Moment } from '../../ui/moment.tsx'

/** When each kind last came in completely, the oldest first. */
export function FreshnessTable({ rows }: { rows: Dashboard['freshness'] }) {
  if (rows.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No kind was read completely yet. Start a sync on the Integrations page.
      </Text>
    )
  }
  return (
    <Table verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Connection</Table.Th>
          <Table.Th>Kind</Table.Th>
          <Table.Th>Last complete sync</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.slice(0, 12).map(({ connection, kind, successAt }) => (
          <Table.Tr key={`${connection} ${kind}`}>
            <Table.Td>
              <AnchorLink to="/connections/$name" params={{ name: connection }} inherit>
                {connection}
              </AnchorLink>
            </Table.Td>
            <Table.Td>{kindName(kind)}</Table.Td>
            <Table.Td>
              <Moment at={successAt} missing="never" />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
