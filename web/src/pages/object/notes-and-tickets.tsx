import { Stack, Text } from '@mantine/core'
import { LinkOut } from '../../ui/link-out.tsx'
import { Prose } from '../../ui/markdown.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Panel } from '../../ui/panel.tsx'
import { at, listAt, textAt } from './node.ts'

/** What people wrote about a finding in Wiz. */
export function Notes({ raw }: { raw: unknown }) {
  const single = at(raw, 'note')
  const notes = [...listAt(raw, 'notes'), ...(textAt(single, 'text') ? [single] : [])]
  if (notes.length === 0) return null
  return (
    <Panel title="Notes">
      <Stack gap="sm">
        {notes.map((note, index) => (
          <div key={textAt(note, 'id') ?? index}>
            <Text size="xs" c="dimmed" component="div">
              {textAt(note, 'user.name', 'user.email', 'serviceAccount.name') ?? 'Somebody'} ·{' '}
              <Moment at={textAt(note, 'createdAt')} />
            </Text>
            <Prose text={textAt(note, 'text') ?? ''} />
          </div>
        ))}
      </Stack>
    </Panel>
  )
}

/** The tickets that were opened for a finding. */
export function Tickets({ raw }: { raw: unknown }) {
  const tickets = listAt(raw, 'serviceTickets')
  if (tickets.length === 0) return null
  return (
    <Panel title="Tickets">
      <Stack gap={4}>
        {tickets.map((ticket, index) => (
          <Text key={textAt(ticket, 'id') ?? index} size="sm" component="div">
            <LinkOut href={textAt(ticket, 'url')}>
              {textAt(ticket, 'externalId')} {textAt(ticket, 'name')}
            </LinkOut>{' '}
            <span className="dimmed">{textAt(ticket, 'integration.name', 'integration.type')}</span>
          </Text>
        ))}
      </Stack>
    </Panel>
  )
}
