import { describe, expect, it } from 'vitest'
import { accountWith, codeOf, dataOf, startWorld } from './graphql-client.ts'

const { ask, world } = startWorld(400)

const issueOfType = (type: string, status = 'OPEN', skip = 0) => {
  const found = world.snapshotNodes('issuesV2').filter((node) => node.type === type && node.status === status)[skip]
  if (!found) throw new Error(`no ${status} ${type}`)
  return found
}
const update = (input: Record<string, unknown>, account?: Parameters<typeof ask>[2]) =>
  ask(
    `mutation U($input: UpdateIssueInput!) { updateIssue(input: $input) {
      issue { id status resolutionReason resolutionNote note dueAt resolvedAt statusChangedAt notes { text serviceAccount { name } } } } }`,
    { input },
    account,
  )
const issueOf = (result: Awaited<ReturnType<typeof update>>) =>
  dataOf<{ updateIssue: { issue: Record<string, unknown> } }>(result).updateIssue.issue

describe('updateIssue', () => {
  it('resolves threats only', async () => {
    const posture = await update({ id: issueOfType('TOXIC_COMBINATION').id, patch: { status: 'RESOLVED' } })
    expect(codeOf(posture)).toBe('BAD_USER_INPUT')
    const threat = issueOfType('THREAT_DETECTION')
    const wrong = await update({ id: threat.id, patch: { status: 'RESOLVED', resolutionReason: 'FALSE_POSITIVE' } })
    expect(codeOf(wrong)).toBe('BAD_USER_INPUT')
    const right = await update({
      id: threat.id,
      patch: { status: 'RESOLVED', resolutionReason: 'SECURITY_TEST_THREAT', resolutionNote: 'drill' },
    })
    expect(issueOf(right)).toMatchObject({
      status: 'RESOLVED',
      resolutionReason: 'SECURITY_TEST_THREAT',
      resolutionNote: 'drill',
    })
    expect(Date.parse(String(issueOf(right).resolvedAt))).toBe(world.now().getTime())
  })

  it('rejects with a reason, and opens again', async () => {
    const { id } = issueOfType('CLOUD_CONFIGURATION')
    expect(codeOf(await update({ id, patch: { status: 'REJECTED' } }))).toBe('BAD_USER_INPUT')
    expect(codeOf(await update({ id, patch: { status: 'REJECTED', resolutionReason: 'OBJECT_DELETED' } }))).toBe(
      'BAD_USER_INPUT',
    )
    world.advance(60_000)
    const rejected = issueOf(await update({ id, patch: { status: 'REJECTED', resolutionReason: 'WONT_FIX' } }))
    expect(rejected).toMatchObject({ status: 'REJECTED', resolutionReason: 'WONT_FIX' })
    expect(Date.parse(String(rejected.statusChangedAt))).toBe(world.now().getTime())
    expect(issueOf(await update({ id, patch: { status: 'OPEN' } }))).toMatchObject({
      status: 'OPEN',
      resolutionReason: null,
      resolvedAt: null,
    })
  })

  it('sets and clears the due date without moving statusChangedAt', async () => {
    const issue = issueOfType('CLOUD_CONFIGURATION', 'OPEN', 2)
    const set = issueOf(await update({ id: issue.id, patch: { dueAt: '2026-12-24T00:00:00.000Z' } }))
    expect(set).toMatchObject({ dueAt: '2026-12-24T00:00:00Z', statusChangedAt: issue.statusChangedAt })
    expect(issueOf(await update({ id: issue.id, override: { dueAt: null } })).dueAt).toBeNull()
  })

  it('adds its note once per call: nothing is idempotent', async () => {
    const { id } = issueOfType('TOXIC_COMBINATION', 'OPEN', 1)
    await update({ id, patch: { note: 'same text' } })
    const { notes } = issueOf(await update({ id, patch: { note: 'same text' } }))
    expect((notes as { text: string }[]).filter(({ text }) => text === 'same text')).toHaveLength(2)
    expect(codeOf(await update({ id, patch: { note: 'x'.repeat(1401) } }))).toBe('BAD_USER_INPUT')
  })

  it('asks for the scope of what changes', async () => {
    const posture = issueOfType('CLOUD_CONFIGURATION', 'OPEN', 3).id
    const threat = issueOfType('THREAT_DETECTION', 'OPEN', 1).id
    const reject = { status: 'REJECTED', resolutionReason: 'EXCEPTION' }
    const dueAt = '2026-12-24T00:00:00.000Z'
    for (const [scopes, input, code] of [
      [['read:issues'], { id: posture, patch: reject }, 'UNAUTHORIZED'],
      [['write:issue_status'], { id: posture, patch: reject }, 'UNAUTHORIZED'],
      [['write:issue_ignore'], { id: posture, patch: reject }, undefined],
      [['write:issue_status'], { id: posture, patch: { status: 'IN_PROGRESS' } }, undefined],
      [['write:issue_status'], { id: posture, patch: { dueAt } }, 'UNAUTHORIZED'],
      [['write:issue_due_at'], { id: posture, patch: { dueAt } }, undefined],
      [['write:issue_status'], { id: threat, patch: { status: 'RESOLVED' } }, 'UNAUTHORIZED'],
      [['write:threat_issue_status'], { id: threat, patch: { status: 'RESOLVED' } }, undefined],
    ] as const) {
      expect(codeOf(await update(input, accountWith(scopes)))).toBe(code)
    }
  })

  it('answers null and an error for an issue that does not exist', async () => {
    const missing = await update({ id: '00000000-0000-4000-8000-000000000000', patch: { status: 'OPEN' } })
    expect(missing).toMatchObject({
      data: { updateIssue: null },
      errors: [{ message: 'Resource not found', extensions: { code: 'NOT_FOUND' } }],
    })
    expect(codeOf(await update({ id: 'x', patch: { status: 'OPEN' } }))).toBe('BAD_USER_INPUT')
  })
})

describe('notes and tickets', () => {
  const note = (issueId: unknown, text: string, account?: Parameters<typeof ask>[2]) =>
    ask(
      'mutation N($input: CreateIssueNoteInput!) { createIssueNote(input: $input) { issueNote { id text createdAt user { id } } } }',
      { input: { issueId, text } },
      account,
    )
  const remove = (id: unknown) =>
    ask('mutation D($input: DeleteIssueNoteInput!) { deleteIssueNote(input: $input) { _stub } }', { input: { id } })

  it('are added and deleted, those that were there from the start too', async () => {
    const { id } = issueOfType('CLOUD_CONFIGURATION', 'OPEN', 4)
    const { createIssueNote } = dataOf<{ createIssueNote: { issueNote: Record<string, unknown> } }>(
      await note(id, 'hello'),
    )
    expect(createIssueNote.issueNote).toMatchObject({ text: 'hello', user: null })
    expect(createIssueNote.issueNote.createdAt).toMatch(/\.\d{9}Z$/)
    const noted = world
      .snapshotNodes('issuesV2')
      .find(({ notes }) => Array.isArray(notes) && notes.length > 0 && notes[0].user !== null)
    const [old] = noted?.notes as { id: string }[]
    for (const noteId of [createIssueNote.issueNote.id, old?.id]) {
      expect((await remove(noteId)).errors).toBeUndefined()
      expect(codeOf(await remove(noteId))).toBe('NOT_FOUND')
    }
    expect(world.issues.get(String(noted?.id))?.notes).not.toContainEqual(expect.objectContaining({ id: old?.id }))
  })

  it('threats have a scope of their own', async () => {
    const posture = issueOfType('CLOUD_CONFIGURATION', 'OPEN', 5).id
    const threat = issueOfType('THREAT_DETECTION', 'OPEN', 2).id
    const writer = accountWith(['write:issue_comments'])
    expect((await note(posture, 'x', writer)).errors).toBeUndefined()
    expect(codeOf(await note(threat, 'x', writer))).toBe('UNAUTHORIZED')
    expect((await note(threat, 'x', accountWith(['write:threat_issue_comments']))).errors).toBeUndefined()
  })

  it('a ticket is linked', async () => {
    const { id } = issueOfType('CLOUD_CONFIGURATION', 'OPEN', 6)
    const result = await ask(
      'mutation T($input: AssociateServiceTicketInput!) { associateServiceTicket(input: $input) { serviceTicket { id externalId name url } } }',
      { input: { issueId: id, ticketId: 'OPS-12', ticketUrl: 'https://jira.example.com/browse/OPS-12' } },
    )
    const { serviceTicket } = dataOf<{ associateServiceTicket: { serviceTicket: object } }>(
      result,
    ).associateServiceTicket
    expect(serviceTicket).toMatchObject({ externalId: 'OPS-12', url: 'https://jira.example.com/browse/OPS-12' })
    expect(world.issues.get(id)?.serviceTickets).toContainEqual(expect.objectContaining(serviceTicket))
  })
})
