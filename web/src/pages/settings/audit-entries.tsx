import { Code, Group, Table, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import type { AuditEntry } from '../../api/types.ts'
import { Cards } from '../../ui/cards.tsx'
import { Moment } from '../../ui/moment.tsx'
import { ScrollX } from '../../ui/scroll-x.tsx'
import { Status } from '../../ui/status.tsx'
import { useIsNarrow } from '../../ui/use-is-narrow.ts'
import { ROW } from '../../ui/use-row-keys.ts'

/** Entries of the audit log: a table or, where there is no room for columns, cards. */
export function AuditEntries({ entries }: { entries: readonly AuditEntry[] }) {
  const isNarrow = useIsNarrow()
  if (isNarrow) {
    return (
      <Cards label="Entries" isFramed>
        {entries.map((entry) => (
          <EntryCard key={entry.seq} entry={entry} />
        ))}
      </Cards>
    )
  }
  return (
    <ScrollX label="Entries">
      <Table verticalSpacing={5} miw={760}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th className="number">No.</Table.Th>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>Action</Table.Th>
            <Table.Th>On what</Table.Th>
            <Table.Th>Outcome</Table.Th>
            <Table.Th>From</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <EntryRow key={entry.seq} entry={entry} />
          ))}
        </Table.Tbody>
      </Table>
    </ScrollX>
  )
}

function EntryRow({ entry }: { entry: AuditEntry }) {
  const { seq, at, actor, action, outcome, address, details } = entry
  const [isOpen, open] = useDisclosure()
  return (
    <>
      <Table.Tr {...ROW}>
        <Table.Td className="number">
          <DetailsButton seq={seq} isOpen={isOpen} onToggle={open.toggle} />
        </Table.Td>
        <Table.Td>
          <Moment at={at} />
        </Table.Td>
        <Table.Td className="breakable">{actor}</Table.Td>
        <Table.Td>{action}</Table.Td>
        <Table.Td className="breakable">
          <Target entry={entry} />
        </Table.Td>
        <Table.Td>
          <Status value={outcome} />
        </Table.Td>
        <Table.Td>{address}</Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr>
          <Table.Td colSpan={7}>
            <Details details={details} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  )
}

function EntryCard({ entry }: { entry: AuditEntry }) {
  const { seq, at, actor, action, target, outcome, address, details } = entry
  const [isOpen, open] = useDisclosure()
  return (
    <li {...ROW}>
      <Group justify="space-between" gap="xs">
        <Group gap="sm">
          <DetailsButton seq={seq} isOpen={isOpen} onToggle={open.toggle} />
          <Text size="sm" fw={600} className="breakable">
            {action}
          </Text>
        </Group>
        <Status value={outcome} />
      </Group>
      {target && (
        <Text size="sm" className="breakable">
          On <Target entry={entry} />
        </Text>
      )}
      <Text size="sm" c="dimmed" component="div" className="breakable">
        {actor} · <Moment at={at} />
        {address && ` · from ${address}`}
      </Text>
      {isOpen && <Details details={details} />}
    </li>
  )
}

interface ButtonProps {
  readonly seq: number
  readonly isOpen: boolean
  readonly onToggle: () => void
}

function DetailsButton({ seq, isOpen, onToggle }: ButtonProps) {
  return (
    <UnstyledButton fz="inherit" onClick={onToggle} aria-expanded={isOpen} aria-label={`Details of entry ${seq}`}>
      <Group gap={4} wrap="nowrap" justify="flex-end">
        {isOpen ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
        {seq}
      </Group>
    </UnstyledButton>
  )
}

function Target({ entry: { target, targetName } }: { entry: AuditEntry }) {
  return targetName ? <span title={`ID ${target}`}>{targetName}</span> : target
}

function Details({ details }: Pick<AuditEntry, 'details'>) {
  return (
    <Code block className="breakable">
      {JSON.stringify(details, null, 2)}
    </Code>
  )
}
