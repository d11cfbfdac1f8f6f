import { expect } from 'vitest'
import { type Page, pageOf, post } from '../client.ts'
import { codeOf, type FaultRows, firstNode, rootOf } from './scene.ts'

const HEAVY = `{ issues: issuesV2(first: 1) { nodes { sourceRules { ... on Control { securitySubCategories { id } } } } } }`

/** What goes wrong inside an answer. */
export const FAULTS_OF_ANSWERS = {
  'data-null': {
    spec: { fault: 'data-null' },
    async sees({ first }) {
      expect((await first()).json()).toEqual({ data: null })
    },
  },
  'data-null-with-errors': {
    spec: { fault: 'data-null-with-errors' },
    async sees({ first }) {
      expect((await first()).json()).toMatchObject({ data: null, errors: [{ extensions: { code: 'INTERNAL' } }] })
    },
  },
  'partial-errors': {
    spec: { fault: 'partial-errors', keep: 3 },
    async sees({ first }) {
      const answer = await first()
      expect(pageOf(answer).nodes).toHaveLength(3)
      expect(codeOf(answer)).toBe('INTERNAL')
    },
  },
  'partial-nulls': {
    spec: { fault: 'partial-nulls', nth: 2 },
    async sees({ first }) {
      const answer = await first()
      expect(pageOf(answer).nodes?.map((node) => node === null)).toEqual([true, false, true, false, true])
      expect(answer.json().errors?.map(({ path }) => path)).toEqual(
        [0, 2, 4].map((index) => ['issues', 'nodes', index]),
      )
    },
  },
  'heavy-field-error': {
    spec: { fault: 'heavy-field-error' },
    async sees({ simulator, token, first }) {
      expect(codeOf(await post(simulator, token, { query: HEAVY }))).toBe('INTERNAL')
      expect((await first()).json().errors).toBeUndefined()
    },
  },
  'scope-lost': {
    spec: { fault: 'scope-lost', page: 2 },
    async sees({ first, second }) {
      expect((await first()).json().errors).toBeUndefined()
      const answer = await second()
      expect([codeOf(answer), answer.json().data]).toEqual(['UNAUTHORIZED', { issues: null }])
      expect(codeOf(await first())).toBe('UNAUTHORIZED')
    },
  },
  'nodes-null': {
    spec: { fault: 'nodes-null' },
    async sees({ first }) {
      expect(pageOf(await first()).nodes).toBeNull()
    },
  },
  'page-info-missing': {
    spec: { fault: 'page-info-missing' },
    async sees({ first }) {
      expect(pageOf(await first())).not.toHaveProperty('pageInfo')
    },
  },
  'total-count-missing': {
    spec: { fault: 'total-count-missing', asNull: true },
    async sees({ first }) {
      expect(pageOf(await first()).totalCount).toBeNull()
    },
  },
  'total-count-wrong': {
    spec: { fault: 'total-count-wrong', by: -2 },
    async sees({ first, simulator }) {
      expect(pageOf(await first()).totalCount).toBe(simulator.world.issues.count() - 2)
    },
  },
  'total-count-capped': {
    spec: { fault: 'total-count-capped', cap: 10 },
    async sees({ first, simulator, token }) {
      expect(pageOf(await first()).totalCount).toBe(10)
      const query = '{ configurationFindings(first: 1) { nodes { id } totalCount maxCountReached } }'
      const answer = await post(simulator, token, { query })
      expect(rootOf<Page>(answer.json(), 'configurationFindings')).toMatchObject({
        totalCount: 10,
        maxCountReached: true,
      })
    },
  },
  'cursor-repeated': {
    spec: { fault: 'cursor-repeated' },
    async sees({ second, first }) {
      const { pageInfo } = pageOf(await first())
      expect(pageOf(await second()).pageInfo).toEqual({ hasNextPage: true, endCursor: pageInfo?.endCursor })
    },
  },
  'cursor-missing': {
    spec: { fault: 'cursor-missing' },
    async sees({ first }) {
      expect(pageOf(await first()).pageInfo).toEqual({ hasNextPage: true, endCursor: null })
    },
  },
  'empty-page': {
    spec: { fault: 'empty-page', page: 2 },
    async sees({ second }) {
      const { nodes, pageInfo } = pageOf(await second())
      expect([nodes, pageInfo]).toEqual([[], { hasNextPage: true, endCursor: expect.any(String) }])
    },
  },
  'walk-truncated': {
    spec: { fault: 'walk-truncated' },
    async sees({ first }) {
      expect(pageOf(await first()).pageInfo).toEqual({ hasNextPage: false, endCursor: null })
    },
  },
  'empty-answer': {
    spec: { fault: 'empty-answer' },
    async sees({ first }) {
      const empty = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 }
      expect(pageOf(await first())).toEqual(empty)
    },
  },
  'duplicate-row': {
    spec: { fault: 'duplicate-row' },
    async sees({ first, second }) {
      const before = pageOf(await first()).nodes?.at(-1)
      const { nodes } = pageOf(await second())
      expect([nodes?.[0]?.id, nodes?.length]).toEqual([before?.id, 6])
    },
  },
  'skipped-row': {
    spec: { fault: 'skipped-row' },
    async sees({ second }) {
      expect(pageOf(await second()).nodes).toHaveLength(4)
    },
  },
  'null-items': {
    spec: { fault: 'null-items', nth: 3 },
    async sees({ first }) {
      const answer = await first()
      expect(pageOf(answer).nodes?.map((node) => node === null)).toEqual([true, false, false, true, false])
      expect(answer.json().errors).toBeUndefined()
    },
  },
  'null-lists': {
    spec: { fault: 'null-lists' },
    async sees({ first }) {
      for (const node of pageOf(await first()).nodes ?? []) {
        expect(node).toMatchObject({ notes: null, projects: null, serviceTickets: null })
      }
    },
  },
  'record-without-id': {
    spec: { fault: 'record-without-id' },
    async sees(scene) {
      expect(await firstNode(scene)).not.toHaveProperty('id')
    },
  },
  'record-wrong-type': {
    spec: { fault: 'record-wrong-type', field: 'createdAt', wrong: 7 },
    async sees(scene) {
      expect((await firstNode(scene))?.createdAt).toBe(7)
    },
  },
  'record-unknown-enum': {
    spec: { fault: 'record-unknown-enum' },
    async sees(scene) {
      expect((await firstNode(scene))?.severity).toBe('SEVERE')
    },
  },
  'record-gigantic': {
    spec: { fault: 'record-gigantic', bytes: 100_000 },
    async sees(scene) {
      expect((await firstNode(scene))?.description).toHaveLength(100_000)
    },
  },
  'record-hostile-text': {
    spec: { fault: 'record-hostile-text' },
    async sees(scene) {
      expect((await firstNode(scene))?.description).toMatch(/\0.*\ud800/u)
    },
  },
  'enum-added': {
    spec: { fault: 'enum-added', nth: 2 },
    async sees({ first }) {
      const words = pageOf(await first()).nodes?.map((node) => node?.severity === 'SEVERE')
      expect(words).toEqual([true, false, true, false, true])
    },
  },
} satisfies Partial<FaultRows>
