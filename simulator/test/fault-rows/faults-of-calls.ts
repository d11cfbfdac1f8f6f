import { expect } from 'vitest'
import { askIssues, ISSUES, pageOf, post, requestToken, tokenOf } from '../client.ts'
import { codeOf, type FaultRows, rootOf } from './scene.ts'

/** What goes wrong with tokens, on the way, and with a call as a whole. */
export const FAULTS_OF_CALLS = {
  'token-refused': {
    spec: { fault: 'token-refused', status: 401 },
    async sees({ simulator }) {
      const answer = await requestToken(simulator)
      expect([answer.status, answer.json()]).toMatchObject([401, { error: 'access_denied' }])
    },
  },
  'token-account-disabled': {
    spec: { fault: 'token-account-disabled' },
    async sees({ simulator }) {
      expect((await requestToken(simulator)).text).toContain('disabled')
    },
  },
  'token-account-expired': {
    spec: { fault: 'token-account-expired' },
    async sees({ simulator }) {
      expect((await requestToken(simulator)).text).toContain('expired')
    },
  },
  'token-absent': {
    spec: { fault: 'token-absent', message: 'no luck' },
    async sees({ simulator }) {
      const answer = await requestToken(simulator)
      expect([answer.status, answer.json()]).toEqual([200, { message: 'no luck' }])
    },
  },
  'token-error-echo': {
    spec: { fault: 'token-error-echo' },
    async sees({ simulator }) {
      expect((await requestToken(simulator)).text).toContain(simulator.clientSecret)
    },
  },
  'token-wrong-region': {
    spec: { fault: 'token-wrong-region', dc: 'eu2' },
    async sees({ simulator }) {
      const token = await tokenOf(simulator)
      expect(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).dc).toBe('eu2')
      expect((await askIssues(simulator, token, { first: 1 })).status).toBe(401)
    },
  },
  'token-short-lived': {
    spec: { fault: 'token-short-lived', seconds: 5 },
    async sees({ simulator }) {
      const { access_token, expires_in } = JSON.parse((await requestToken(simulator)).text)
      simulator.advance(5_000)
      expect([expires_in, (await askIssues(simulator, access_token, { first: 1 })).status]).toEqual([5, 401])
    },
  },
  'token-opaque': {
    spec: { fault: 'token-opaque' },
    async sees({ simulator }) {
      const token = await tokenOf(simulator)
      expect(token).not.toContain('.')
      expect((await askIssues(simulator, token, { first: 1 })).status).toBe(200)
    },
  },
  'rate-limited': {
    spec: { fault: 'rate-limited', form: 'http-429', retryAfter: 3 },
    async sees({ first }) {
      const answer = await first()
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3'])
    },
  },
  stall: {
    spec: { fault: 'stall' },
    async sees({ impatient }) {
      await expect(impatient()).rejects.toThrow(/timeout/)
    },
  },
  delay: {
    spec: { fault: 'delay', ms: 30 },
    async sees({ first, simulator }) {
      expect((await first()).status).toBe(200)
      expect(simulator.journal.calls.at(-1)?.ms).toBeGreaterThanOrEqual(29)
    },
  },
  'gateway-error': {
    spec: { fault: 'gateway-error', status: 502, retryAfter: 2 },
    async sees({ first }) {
      const answer = await first()
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([502, '2'])
      expect(answer.text).toContain('<html>')
    },
  },
  'gateway-refused': {
    spec: { fault: 'gateway-refused', status: 401 },
    async sees({ first }) {
      expect((await first()).status).toBe(401)
    },
  },
  unprocessable: {
    spec: { fault: 'unprocessable' },
    async sees({ first }) {
      expect((await first()).status).toBe(422)
    },
  },
  'internal-error': {
    spec: { fault: 'internal-error' },
    async sees({ first }) {
      const answer = await first()
      expect([answer.status, codeOf(answer)]).toEqual([500, 'INTERNAL'])
      expect(answer.text).toContain('oops!')
    },
  },
  'ip-not-allowed': {
    spec: { fault: 'ip-not-allowed' },
    async sees({ first }) {
      expect(codeOf(await first())).toBe('FORBIDDEN_IP')
    },
  },
  'token-revoked': {
    spec: { fault: 'token-revoked', page: 2 },
    async sees({ second, first, simulator }) {
      expect((await second()).status).toBe(401)
      expect((await first()).status).toBe(401)
      expect((await askIssues(simulator, await tokenOf(simulator), { first: 1 })).status).toBe(200)
    },
  },
  'cursor-expired': {
    spec: { fault: 'cursor-expired' },
    async sees({ second }) {
      expect(codeOf(await second())).toBe('BAD_USER_INPUT')
    },
  },
  'query-cost': {
    spec: { fault: 'query-cost', rows: 5 },
    async sees({ simulator, token }) {
      expect((await askIssues(simulator, token, { first: 6 })).status).toBe(400)
      expect((await askIssues(simulator, token, { first: 5 })).status).toBe(200)
    },
  },
  'field-removed': {
    spec: { fault: 'field-removed', field: 'serviceTickets' },
    async sees({ first, simulator, token }) {
      const answer = await first()
      expect(answer.status).toBe(400)
      expect(answer.text).toContain('Cannot query field \\"serviceTickets\\" on type \\"Issue\\".')
      const without = { query: ISSUES.replace('serviceTickets { id }', ''), variables: { first: 1 } }
      expect((await post(simulator, token, without)).status).toBe(200)
    },
  },
  'field-changed': {
    spec: { fault: 'field-changed', field: 'serviceTickets', form: 'leaf' },
    async sees({ first, simulator, token }) {
      const answer = await first()
      expect(answer.status).toBe(400)
      expect(answer.text).toContain('Field \\"serviceTickets\\" must not have a selection')
      const without = { query: ISSUES.replace('serviceTickets { id }', ''), variables: { first: 1 } }
      expect((await post(simulator, token, without)).status).toBe(200)
    },
  },
  redirect: {
    spec: { fault: 'redirect' },
    async sees({ simulator, token }) {
      const body = { query: ISSUES, variables: { first: 1 } }
      const answer = await post(simulator, token, body, {}, { redirect: 'manual' })
      expect(answer.status).toBe(307)
      expect(new URL(answer.headers.get('location') ?? '').host).not.toBe(new URL(simulator.url).host)
      await fetch(`${simulator.url}/_simulator/trap`, { headers: { authorization: 'Bearer leaked' } })
      expect(simulator.journal.trapped).toMatchObject([{ authorized: true }])
    },
  },
  'html-body': {
    spec: { fault: 'html-body' },
    async sees({ first }) {
      const answer = await first()
      expect(answer.status).toBe(200)
      expect(() => answer.json()).toThrow(SyntaxError)
    },
  },
  'truncated-body': {
    spec: { fault: 'truncated-body' },
    async sees({ simulator, token }) {
      const body = { query: ISSUES, variables: { first: 5 } }
      const answer = await post(simulator, token, body, { 'accept-encoding': 'identity' })
      expect(answer.status).toBe(200)
      expect(() => answer.json()).toThrow(SyntaxError)
    },
  },
  'connection-reset': {
    spec: { fault: 'connection-reset' },
    async sees({ first, simulator }) {
      await expect(first()).rejects.toThrow()
      expect(simulator.journal.calls.at(-1)?.status).toBe(200)
    },
  },
  'slow-drip': {
    spec: { fault: 'slow-drip', ms: 1, bytes: 200 },
    async sees({ first }) {
      expect(pageOf(await first()).nodes).toHaveLength(5)
    },
  },
  'answer-lost': {
    spec: { fault: 'answer-lost' },
    async sees({ simulator, token, first }) {
      const [id = ''] = simulator.world.issues.ids()
      const notesOf = async () => {
        const answer = await post(simulator, token, { query: `{ issue(id: "${id}") { notes { id } } }` })
        return rootOf<{ notes: unknown[] | null }>(answer.json(), 'issue').notes?.length ?? 0
      }
      const before = await notesOf()
      const query = 'mutation($id: ID!) { createIssueNote(input: {issueId: $id, text: "n"}) { issueNote { id } } }'
      await expect(post(simulator, token, { query, variables: { id } })).rejects.toThrow()
      expect(simulator.journal.calls.at(-1)).toMatchObject({ kind: 'mutation', status: null, faults: ['answer-lost'] })
      expect(await notesOf()).toBe(before + 1)
      expect((await first()).status).toBe(200)
    },
  },
} satisfies Partial<FaultRows>
