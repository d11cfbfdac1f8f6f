import { text } from './column.ts'
import { defineKind } from './kind.ts'
import { TICKET } from './selections.ts'

/** A ticket in another system that was opened for an issue. */
export const serviceTicket = defineKind({
  name: 'service-ticket',
  plural: 'service-tickets',
  portName: 'serviceTicket',
  about: 'A ticket in another system that was opened for an issue.',
  scopes: ['read:issues', 'read:posture_issues', 'read:threat_issues'],
  scopesInPart: ['read:posture_issues', 'read:threat_issues'],
  // Wiz has no list of tickets of its own: they are read with the issues they belong to.
  source: { inside: 'issue', path: 'serviceTickets' },
  title: 'name',
  select: TICKET,
  columns: {
    id: text('id', 'Wiz id of the ticket.'),
    externalId: text('externalId', 'Its id in the other system.').nullable().index(),
    name: text('name', 'Its name there.').nullable(),
    url: text('url', 'Where to open it.').nullable(),
    system: text('integration.type', 'The other system, e.g. Jira or ServiceNow.').nullable().index(),
    integration: text('integration.name', 'The integration that opened it.').nullable().index(),
    projectId: text('project.id', 'The Wiz project it belongs to.').nullable().index(),
  },
})
