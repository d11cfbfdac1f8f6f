import type { Account } from '../world/account.ts'
import { hashText } from '../world/chance/hash.ts'
import { uuidOf } from '../world/chance/row-ids.ts'
import type { Node } from '../world/collection.ts'
import { rejectReasons, threatReasons } from '../world/kinds/issues.ts'
import type { Listing } from '../world/listing/listing.ts'
import type { ReportInput } from '../world/reports/report-input.ts'
import type { World } from '../world/world.ts'
import { holdsAny } from './access.ts'
import { refusable } from './connection.ts'
import { checkIssueId } from './issue-id.ts'
import { accessDenied, badInput, notFound } from './user-error.ts'

const MAX_NOTE = 1400

interface IssuePatch {
  status?: string | null
  resolutionReason?: string | null
  resolutionNote?: string | null
  note?: string | null
  dueAt?: string | null
}

interface UpdateIssueArgs {
  input: { id: string; patch?: IssuePatch | null; override?: { dueAt?: string | null } | null }
}

interface TicketArgs {
  input: { issueId: string; ticketId: string; ticketUrl?: string | null }
}

const everything = ['update:issues', 'write:issues']
const comments = (threat: boolean) => [
  threat ? 'write:threat_issue_comments' : 'write:issue_comments',
  'write:comments',
]

/** Scopes that allow a change of status. */
function statusScopes(status: string, threat: boolean): string[] {
  if (status === 'REJECTED') return [...everything, 'write:issue_ignore', 'update:posture_issue_ignore']
  const threatScopes = ['write:threat_issue_status', 'write:threat_issues']
  if (status === 'RESOLVED') return [...everything, ...threatScopes]
  return [...everything, ...(threat ? threatScopes : ['update:posture_issue_status']), 'write:issue_status']
}

/** Resolvers of all mutations. */
export function makeMutations(world: World) {
  const { issues } = world.tenant
  const listing = world.listings.issues as Listing

  const demand = (account: Account, scopes: readonly string[]) => {
    if (!holdsAny(account, scopes)) throw accessDenied()
  }
  const author = (account: Account): { user: null; serviceAccount: Node } => ({
    user: null,
    serviceAccount: {
      id: uuidOf(hashText(account.clientId), 0),
      name: account.clientId,
      type: 'THIRD_PARTY',
      email: null,
    },
  })
  const issueRow = (id: string, account: Account): number => {
    checkIssueId(id)
    const row = issues.table.row(id)
    // Whoever may write an issue may name it, whatever it may read: only projects matter here.
    const visible = listing.visible({ ...account, scopes: new Set(['read:all']) })
    if (row < 0 || (visible && !visible(row))) throw notFound()
    return row
  }
  const isThreat = (row: number) => issues.type.word(row) === 'THREAT_DETECTION'
  const checkText = (text: string) => {
    if (text.length > MAX_NOTE) throw badInput(`note must not be longer than ${MAX_NOTE} characters`)
  }
  const now = () => world.now().getTime() * 1000

  const checkStatus = (row: number, { status, resolutionReason }: IssuePatch) => {
    if (status === 'RESOLVED' && !isThreat(row)) throw badInput('only threat detection issues can be resolved')
    if (status === 'RESOLVED' && resolutionReason && !threatReasons.includes(resolutionReason)) {
      throw badInput(`resolutionReason ${resolutionReason} does not fit status RESOLVED`)
    }
    if (status === 'REJECTED' && !rejectReasons.includes(resolutionReason ?? '')) {
      throw badInput(`resolutionReason must be one of ${rejectReasons.join(', ')} to reject an issue`)
    }
  }

  const updateIssue = ({ input }: UpdateIssueArgs, account: Account) => {
    const row = issueRow(input.id, account)
    const patch = input.patch ?? {}
    const { status, resolutionReason, resolutionNote, note, dueAt } = patch
    const changes: Record<string, unknown> = {}
    if (status) {
      demand(account, statusScopes(status, isThreat(row)))
      checkStatus(row, patch)
      const closed = status === 'RESOLVED' || status === 'REJECTED'
      changes.status = status
      changes.resolutionReason = closed ? (resolutionReason ?? null) : null
      changes.resolvedBy = closed ? author(account) : null
    }
    if (resolutionNote !== undefined) changes.resolutionNote = resolutionNote
    if (dueAt !== undefined || input.override?.dueAt !== undefined) {
      demand(account, [...everything, 'write:issue_due_at'])
      changes.dueAt = dueAt ?? input.override?.dueAt ?? null
    }
    if (typeof note === 'string') {
      demand(account, [...everything, 'write:issue_status', ...comments(isThreat(row))])
      checkText(note)
      changes.note = note
    }
    if (Object.keys(changes).length > 0) issues.table.change(row, changes)
    if (typeof note === 'string' && note !== '') issues.addNote(row, note, author(account), now())
    return { issue: issues.table.node(row) }
  }

  const createIssueNote = ({ input }: { input: { issueId: string; text: string } }, account: Account) => {
    const row = issueRow(input.issueId, account)
    demand(account, comments(isThreat(row)))
    checkText(input.text)
    return { issueNote: issues.addNote(row, input.text, author(account), now()) }
  }

  const deleteIssueNote = ({ input }: { input: { id: string } }, account: Account) => {
    const row = issues.noteOwner(input.id)
    if (row < 0) throw notFound()
    demand(account, comments(isThreat(row)))
    issues.table.change(row, { notes: issues.listOf(row, 'notes').filter(({ id }) => id !== input.id) })
    return { _stub: null }
  }

  const associateServiceTicket = ({ input }: TicketArgs, account: Account) => {
    const row = issueRow(input.issueId, account)
    const tickets = issues.listOf(row, 'serviceTickets')
    const ticket: Node = {
      id: uuidOf(hashText(`${input.issueId} ${input.ticketId}`), tickets.length),
      externalId: input.ticketId,
      name: input.ticketId,
      url: input.ticketUrl ?? null,
      project: null,
      integration: null,
    }
    issues.table.change(row, { serviceTickets: [...tickets, ticket] })
    return { serviceTicket: ticket }
  }

  const { reports } = world
  const known = <T>(report: T | undefined): T => {
    if (report === undefined) throw notFound()
    return report
  }
  return {
    updateIssue,
    createIssueNote,
    deleteIssueNote,
    associateServiceTicket,
    createReport: ({ input }: { input: ReportInput }, account: Account) => ({
      report: refusable(() => reports.create(input, account)),
    }),
    updateReport: ({ input }: { input: { id: string; override?: Partial<ReportInput> | null } }) => ({
      report: known(refusable(() => reports.revise(input.id, input.override ?? {}))),
    }),
    rerunReport: ({ input }: { input: { id: string } }) => ({ report: known(reports.rerun(input.id)) }),
    deleteReport: ({ input }: { input: { id: string } }) => {
      if (!reports.remove(input.id)) throw notFound()
      return { _stub: null }
    },
  }
}
