import { describe, expect, it } from 'vitest'
import { isBadRequest } from '../src/graphql/execute.ts'
import { accountWith, codeOf, dataOf, listRoots, maxOf, startWorld } from './graphql-client.ts'

const client = startWorld(300)
const { ask, world } = client

describe('documents', () => {
  it.each([
    ['a syntax error', '{ issuesV2(first: 1) { nodes { id }', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown root', '{ subscriptions(first: 1) { nodes { id } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown field', '{ issuesV2(first: 1) { nodes { id title } } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a field of a union without a fragment',
      '{ issuesV2(first: 1) { nodes { sourceRules { id } } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'clashing fragments',
      '{ issuesV2(first: 1) { nodes { sourceRules { ... on Control { description } ... on CloudEventRule { description } } } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['an unknown argument', '{ issuesV2(first: 1, offset: 3) { nodes { id } } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'an unknown filter',
      '{ issuesV2(first: 1, filterBy: {updatedAt: {after: "2026-01-01T00:00:00Z"}}) { nodes { id } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'an unknown enum word',
      '{ issuesV2(first: 1, filterBy: {severity: [URGENT]}) { nodes { id } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a date that is none',
      '{ issuesV2(first: 1, filterBy: {createdAt: {after: "yesterday"}}) { nodes { id } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('refuses %s as a bad request', async (_name, query, code) => {
    const result = await ask(query)
    expect(codeOf(result)).toBe(code)
    expect(isBadRequest(result)).toBe(true)
    expect(result.data).toBeUndefined()
  })

  it('refuses variables of the wrong type, and variables nobody declared', async () => {
    const query = 'query Q($first: Int!) { issuesV2(first: $first) { nodes { id } } }'
    expect(isBadRequest(await ask(query, { first: 'ten' }))).toBe(true)
    expect(isBadRequest(await ask(query))).toBe(true)
    expect(isBadRequest(await ask('{ issuesV2(first: $first) { nodes { id } } }'))).toBe(true)
  })

  it('takes a single value where a list is wanted', async () => {
    const result = await ask('query Q($f: IssueFilters) { issuesV2(first: 5, filterBy: $f) { nodes { severity } } }', {
      f: { severity: 'HIGH' },
    })
    const { issuesV2 } = dataOf<{ issuesV2: { nodes: { severity: string }[] } }>(result)
    expect(new Set(issuesV2.nodes.map(({ severity }) => severity))).toEqual(new Set(['HIGH']))
  })

  it('chooses among several operations by name only', async () => {
    const query = 'query A { projects(first: 1) { totalCount } } query B { controls(first: 1) { totalCount } }'
    expect(isBadRequest(await ask(query))).toBe(true)
  })

  it('answers introspection, also beside other fields', async () => {
    const result = await ask('{ __type(name: "Issue") { name } projects(first: 1) { nodes { __typename id } } }')
    expect(dataOf(result)).toMatchObject({
      __type: { name: 'Issue' },
      projects: { nodes: [{ __typename: 'Project' }] },
    })
  })

  it('follows fragments, aliases, @include and @skip', async () => {
    const query = `query Q($yes: Boolean!, $no: Boolean!) {
      a: projects(first: 1) { ...page totalCount @include(if: $no) }
      b: projects(first: 2) { nodes { id @skip(if: $yes) other: name } }
    }
    fragment page on ProjectConnection { nodes { __typename id } ... on ProjectConnection @include(if: $yes) { pageInfo { hasNextPage } } }`
    const data = dataOf<Record<string, { nodes: object[] }>>(await ask(query, { yes: true, no: false }))
    expect(Object.keys(data.a ?? {})).toEqual(['nodes', 'pageInfo'])
    expect(data.b?.nodes.map((node) => Object.keys(node))).toEqual([['other'], ['other']])
  })
})

describe('pages', () => {
  it.each(listRoots)('%s wants first, within its limit', async (root) => {
    for (const args of ['', '(first: 0)', '(first: -1)', `(first: ${maxOf(root) + 1})`]) {
      const result = await ask(`{ ${root}${args} { totalCount } }`)
      expect(codeOf(result)).toBe('BAD_USER_INPUT')
      expect(result.data).toEqual({ [root]: null })
    }
    expect((await ask(`{ ${root}(first: ${maxOf(root)}) { totalCount } }`)).errors).toBeUndefined()
  })

  it('wants first on nested connections too', async () => {
    const result = await ask('{ detections(first: 1) { nodes { id triggeringEvents { totalCountV2 } } } }')
    expect(codeOf(result)).toBe('BAD_USER_INPUT')
    expect(result.errors?.[0]?.path).toEqual(['detections', 'nodes', 0, 'triggeringEvents'])
    const tooMany = await ask('{ detections(first: 1) { nodes { id triggeringEvents(first: 51) { totalCountV2 } } } }')
    expect(codeOf(tooMany)).toBe('BAD_USER_INPUT')
  })

  const cursorOf = async (args = 'first: 10', account = undefined as Parameters<typeof ask>[2]) => {
    const data = dataOf<{ issuesV2: { pageInfo: { endCursor: string } } }>(
      await ask(`{ issuesV2(${args}) { pageInfo { endCursor } } }`, {}, account),
    )
    return data.issuesV2.pageInfo.endCursor
  }
  const next = 'query N($after: String) { issuesV2(first: 10, after: $after) { nodes { id } } }'

  it('knows its own cursors only', async () => {
    expect((await ask(next, { after: await cursorOf() })).errors).toBeUndefined()
    const foreign = Buffer.from('{"fields":[{"Field":"id","Value":"x"}]}').toString('base64')
    for (const after of ['nonsense', '%%%', foreign, Buffer.from('null').toString('base64')]) {
      expect(codeOf(await ask(next, { after }))).toBe('BAD_USER_INPUT')
    }
  })

  it('takes a null, an absent and an empty cursor for the beginning', async () => {
    const [first, second, third] = await Promise.all([ask(next), ask(next, { after: null }), ask(next, { after: '' })])
    expect(first).toEqual(second)
    expect(first).toEqual(third)
  })

  it('refuses a cursor when the filter, the order, the root or the account changed', async () => {
    const after = await cursorOf()
    for (const query of [
      'query N($after: String) { issuesV2(first: 10, after: $after, filterBy: {severity: [HIGH]}) { nodes { id } } }',
      'query N($after: String) { issuesV2(first: 10, after: $after, orderBy: {direction: ASC, field: SEVERITY}) { nodes { id } } }',
      'query N($after: String) { vulnerabilityFindings(first: 10, after: $after) { nodes { id } } }',
    ]) {
      expect(codeOf(await ask(query, { after }))).toBe('BAD_USER_INPUT')
    }
    expect(codeOf(await ask(next, { after }, accountWith(['read:issues'])))).toBe('BAD_USER_INPUT')
  })

  it('lets the page size change in mid-walk', async () => {
    const query = 'query N($after: String) { issuesV2(first: 3, after: $after) { nodes { id } } }'
    expect((await ask(query, { after: await cursorOf() })).errors).toBeUndefined()
  })

  it('hands out cursors that are base64 of JSON with the sort key and the id', async () => {
    const decoded = JSON.parse(Buffer.from(await cursorOf(), 'base64').toString('utf8'))
    expect(decoded.fields).toEqual([
      { Field: 'CREATED_AT', Value: expect.any(Number) },
      { Field: 'id', Value: expect.any(String) },
    ])
  })

  it('ends with a null cursor', async () => {
    const result = await ask('{ projects(first: 100) { pageInfo { hasNextPage endCursor } } }')
    expect(dataOf(result)).toEqual({ projects: { pageInfo: { hasNextPage: false, endCursor: null } } })
  })
})

describe('scopes', () => {
  it('nulls the field whose scope is missing, and answers the others', async () => {
    const result = await ask(
      '{ issuesV2(first: 1) { totalCount } projects(first: 1) { totalCount } }',
      {},
      accountWith(['read:projects']),
    )
    expect(result.data).toEqual({ issuesV2: null, projects: { totalCount: expect.any(Number) } })
    expect(result.errors).toHaveLength(1)
    expect(result.errors?.[0]).toMatchObject({
      message: 'access denied',
      path: ['issuesV2'],
      extensions: { code: 'UNAUTHORIZED' },
    })
  })

  it('read:all opens every list but the audit log, and no mutation', async () => {
    const reader = accountWith(['read:all'])
    for (const root of listRoots) {
      const code = codeOf(await ask(`{ ${root}(first: 1) { totalCount } }`, {}, reader))
      expect(code).toBe(root === 'auditLogEntries' ? 'UNAUTHORIZED' : undefined)
    }
    const mutation = 'mutation { createReport(input: {name: "x", type: ISSUES}) { report { id } } }'
    expect(codeOf(await ask(mutation, {}, reader))).toBe('UNAUTHORIZED')
  })

  it('commentThread needs read:comments', async () => {
    const query = '{ issuesV2(first: 1) { nodes { id commentThread { id hasComments } } } }'
    const refused = await ask(query, {}, accountWith(['read:issues']))
    expect(refused.errors?.[0]).toMatchObject({
      path: ['issuesV2', 'nodes', 0, 'commentThread'],
      extensions: { code: 'UNAUTHORIZED' },
    })
    expect((await ask(query, {}, accountWith(['read:issues', 'read:comments']))).errors).toBeUndefined()
  })
})

describe('single objects', () => {
  const one = (root: string, id: string) => ask(`query O($id: ID!) { ${root}(id: $id) { id } }`, { id })
  const nobody = '00000000-0000-4000-8000-000000000000'

  it('are found by id', async () => {
    for (const [root, list] of [
      ['issue', 'issuesV2'],
      ['vulnerabilityFinding', 'vulnerabilityFindings'],
      ['configurationFinding', 'configurationFindings'],
      ['project', 'projects'],
      ['control', 'controls'],
      ['report', 'reports'],
    ] as const) {
      const [id] = world.snapshot(list)
      expect(dataOf(await one(root, String(id)))).toEqual({ [root]: { id } })
    }
    const alive = world.snapshotNodes('cloudResourcesV2').find(({ deletedAt }) => deletedAt === null)
    expect(dataOf(await one('graphEntity', String(alive?.id)))).toEqual({ graphEntity: { id: alive?.id } })
  })

  it('answer what the API answers when there are none', async () => {
    expect(await one('issue', 'not-an-id')).toMatchObject({
      data: { issue: null },
      errors: [{ message: 'id must be a valid service issue id', extensions: { code: 'BAD_USER_INPUT' } }],
    })
    for (const root of [
      'issue',
      'vulnerabilityFinding',
      'configurationFinding',
      'project',
      'graphEntity',
      'report',
      'systemActivity',
    ]) {
      expect(await one(root, nobody)).toMatchObject({
        data: { [root]: null },
        errors: [{ message: 'Resource not found', extensions: { code: 'NOT_FOUND' } }],
      })
    }
    const control = await one('control', 'wc-id-0')
    expect(codeOf(control)).toBe('INTERNAL')
    expect(control.errors?.[0]?.message).toMatch(/^oops! an internal error has occurred/)
  })

  it('do not show an account what its projects do not hold', async () => {
    const limited = accountWith(['read:all'], [String(world.snapshot('projects')[3])])
    const hidden = world.snapshot('issuesV2').find((id) => !world.snapshot('issuesV2', limited).includes(id))
    expect(codeOf(await ask('query O($id: ID!) { issue(id: $id) { id } }', { id: hidden }, limited))).toBe('NOT_FOUND')
  })
})
