import { Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ComponentProps, ReactNode } from 'react'
import { projectNamesQuery } from '../../api/queries.ts'
import type { Kind, Row } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { label } from '../../ui/format.ts'
import { Moment } from '../../ui/moment.tsx'
import { Cell } from '../list/cell.tsx'

interface Props {
  readonly kind: Kind
  readonly row: Row
  readonly names: readonly string[]
  readonly more?: readonly (readonly [name: string, value: ReactNode])[]
}

/** Fields of an object with their values; those without one are left out. */
export function Facts({ kind, row, names, more = [] }: Props) {
  const { data: projects } = useQuery(projectNamesQuery)
  const fields = names.flatMap((name) => kind.fields.filter((field) => field.name === name && row[name] !== null))
  return (
    <Table variant="vertical" verticalSpacing={5} layout="fixed">
      <Table.Tbody>
        {fields.map((field) => (
          <Table.Tr key={field.name}>
            <Table.Th w={132} title={field.about}>
              {label(field.name)}
            </Table.Th>
            <Table.Td className="breakable">
              <Value field={field} value={row[field.name]} projects={projects} />
            </Table.Td>
          </Table.Tr>
        ))}
        {more.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w={132}>{name}</Table.Th>
            <Table.Td className="breakable">{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Value({ field, value, projects }: ComponentProps<typeof Cell>) {
  if (field.type === 'time') return <Moment at={value} />
  if (field.name !== 'connection') return <Cell field={field} value={value} projects={projects} />
  return (
    <AnchorLink to="/connections/$name" params={{ name: String(value) }} inherit>
      {String(value)}
    </AnchorLink>
  )
}
