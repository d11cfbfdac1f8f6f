import { Table, Text } from '@mantine/core'
import type { Top } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { count } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { openFilter } from './open-filter.ts'

interface Props {
  readonly title: string
  readonly field: string
  readonly items: readonly Top[]
  readonly connection: string | undefined
}

/** Those with the most open findings, the critical ones first. */
export function TopList({ title, field, items, connection }: Props) {
  return (
    <Panel title={title}>
      {items.length === 0 && (
        <Text size="sm" c="dimmed">
          None is open.
        </Text>
      )}
      {items.length > 0 && (
        <Table verticalSpacing={4} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th w={64} className="number">
                Critical
              </Table.Th>
              <Table.Th w={58} className="number">
                Open
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map(({ id, name, open, critical }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <AnchorLink
                    to="/browse/$plural"
                    params={{ plural: 'findings' }}
                    search={{ filter: openFilter(connection, `${field}=${id}`) }}
                    inherit
                    display="block"
                    truncate
                    title={name ?? id}
                  >
                    {name ?? id}
                  </AnchorLink>
                </Table.Td>
                <Table.Td className="number">{count(critical)}</Table.Td>
                <Table.Td className="number">{count(open)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  )
}
