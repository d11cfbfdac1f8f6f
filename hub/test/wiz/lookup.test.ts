import { buildSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { lookUp } from '../../src/wiz/lookup.ts'
import { type Call, openClient, type Reply, startFakeWiz } from './fake-wiz.ts'

const look = (server: { url: string }, ids: string[]) =>
  lookUp({ wiz: openClient(server), root: 'issue', ids, selection: 'id status' })

type Found = object | null | { error: string; code?: string; at?: string[] }

/** Answers each alias by its id; with `strict`, one error takes all the data with it. */
function serve(byId: (id: string) => Found, { strict = false } = {}) {
  return ({ variables }: Call): Reply => {
    const data: Record<string, unknown> = {}
    const errors: unknown[] = []
    for (const [name, id] of Object.entries(variables)) {
      const alias = name.replace('i', 'n')
      const found = byId(String(id))
      const failed = found !== null && 'error' in found
      data[alias] = failed ? null : found
      if (failed)
        errors.push({
          message: found.error,
          path: [alias, ...('at' in found ? (found.at ?? []) : [])],
          extensions: { code: found.code },
        })
    }
    return { json: { data: strict && errors.length > 0 ? null : data, ...(errors.length > 0 && { errors }) } }
  }
}

describe('looking ids up', () => {
  it('ING-9 asks for many ids by one document, fifty at a time, each once', async () => {
    await using server = await startFakeWiz({ graphql: serve((id) => ({ id })) })
    const ids = Array.from({ length: 120 }, (_, at) => `id-${at}`)
    const found = await look(server, [...ids, ...ids])
    expect([...found.keys()]).toEqual(ids)
    expect(found.get('id-77')).toEqual({ state: 'found', node: { id: 'id-77' } })
    expect(server.calls.map(({ variables }) => Object.keys(variables).length).sort((a, b) => a - b)).toEqual([
      20, 50, 50,
    ])
    expect(server.calls[0]?.query).toContain('n0: issue(id: $i0) { id status }')
    expect(await look(server, [])).toEqual(new Map())
    expect(server.calls).toHaveLength(3)
  })

  it('ING-9 tells absent from unknown: only Wiz saying so makes an object absent', async () => {
    const answers: Record<string, Found> = {
      here: { id: 'here' },
      null: null,
      gone: { error: 'Resource not found', code: 'NOT_FOUND' },
      norecord: { error: 'record not found for id' },
      forbidden: { error: 'access denied', code: 'UNAUTHORIZED' },
      broken: { error: 'oops! an internal error has occurred' },
      bad: { error: 'id must be a valid service issue id', code: 'BAD_USER_INPUT' },
      inner: { error: 'Resource not found', code: 'NOT_FOUND', at: ['control'] },
    }
    await using server = await startFakeWiz({ graphql: serve((id) => answers[id] ?? null) })
    const found = await look(server, Object.keys(answers))
    expect(Object.fromEntries([...found].map(([id, { state }]) => [id, state]))).toEqual({
      here: 'found',
      null: 'absent',
      gone: 'absent',
      norecord: 'absent',
      forbidden: 'unknown',
      broken: 'unknown',
      bad: 'unknown',
      inner: 'unknown',
    })
    expect(found.get('forbidden')).toMatchObject({ code: 'missing-scope' })
  })

  it('ING-9 asks the others again where one missing object takes all the data with it', async () => {
    await using server = await startFakeWiz({
      graphql: serve((id) => (id === 'gone' ? { error: 'Resource not found', code: 'NOT_FOUND' } : { id }), {
        strict: true,
      }),
    })
    const found = await look(server, ['a', 'gone', 'b'])
    expect([...found]).toEqual([
      ['a', { state: 'found', node: { id: 'a' } }],
      ['gone', { state: 'absent' }],
      ['b', { state: 'found', node: { id: 'b' } }],
    ])
  })

  it('ING-9 believes no error that does not say which id it is about, unless there is only one', async () => {
    const errors = [{ message: 'Resource not found', extensions: { code: 'NOT_FOUND' } }]
    await using server = await startFakeWiz({ graphql: () => ({ json: { data: null, errors } }) })
    expect([...(await look(server, ['a', 'b'])).values()]).toMatchObject([{ state: 'unknown' }, { state: 'unknown' }])
    expect([...(await look(server, ['a'])).values()]).toEqual([{ state: 'absent' }])
  })

  it('ING-9 takes nothing for absent that is left out of an answer', async () => {
    await using server = await startFakeWiz({ graphql: () => ({ json: { data: { n0: null } } }) })
    expect([...(await look(server, ['a', 'b'])).values()]).toMatchObject([
      { state: 'absent' },
      { state: 'unknown', code: 'no-data' },
    ])
  })

  it('ING-9 looks up without a field that Wiz no longer has', async () => {
    const schema = buildSchema('type Query { issue(id: ID!): Issue } type Issue { id: ID status: String }')
    const refusal = { message: 'Cannot query field "status" on type "Issue".' }
    for (const status of [200, 400]) {
      await using server = await startFakeWiz({
        graphql: (call) =>
          call.query.includes('status')
            ? { status, json: { errors: [refusal, refusal] } }
            : serve((id) => ({ id }))(call),
      })
      const options = { wiz: openClient(server), root: 'issue', ids: ['a', 'b'], selection: 'id status' }
      expect([...(await lookUp(options)).values()].map(({ state }) => state)).toEqual(['unknown', 'unknown'])
      expect([...(await lookUp({ ...options, schema })).values()]).toEqual([
        { state: 'found', node: { id: 'a' } },
        { state: 'found', node: { id: 'b' } },
      ])
    }
  })

  it('ING-9 knows nothing after a call that failed, and throws what a person must mend', async () => {
    await using server = await startFakeWiz({ graphql: () => ({ status: 503, text: '' }) })
    expect([...(await look(server, ['a'])).values()]).toMatchObject([{ state: 'unknown', code: 'unavailable' }])
    server.token = () => ({ status: 401, json: { error: 'access_denied' } })
    await expect(look(server, ['a'])).rejects.toMatchObject({ code: 'wrong-credentials' })
  })
})
