import type { FaultName, FaultSpec } from 'wizbridge-simulator'
import type { ReceiptState } from '../../src/store/database.ts'

/** One way in which a fault of the simulator strikes a sync of issues, and what has to come of it. */
export interface FaultCase {
  readonly when: string
  /** The fault's parameters and conditions. */
  readonly spec?: Readonly<Record<string, unknown>>
  /** How the receipt of the issues ends. */
  readonly state: ReceiptState
  readonly code: string | null
  /** Where a store that holds rows already has to end differently from an empty one. */
  readonly filled?: { readonly state: ReceiptState; readonly code: string | null }
  /** What the receipt tells people. */
  readonly note?: RegExp
  /** Rows arrive spoilt: all ids have to be there, the content of some is what the fault made of it. */
  readonly spoils?: boolean
  /** Calls are given up after this time. */
  readonly timeoutMs?: number
}

const complete = { state: 'complete', code: null } as const
const partial = (code: string) => ({ state: 'partial', code }) as const
const failed = (code: string) => ({ state: 'failed', code }) as const
/** Set aside whole: of the rows that came, the fault leaves those out that it struck. */
const setAside = { ...partial('records-rejected'), note: undefined }

/** What does not concern a sync, with the reason. */
const reports = { elsewhere: 'It strikes report runs, which a sync does not start.' }
const uploads = { elsewhere: 'It strikes uploads to Wiz, which a sync does not make.' }

/** Every fault the simulator knows; the world has three pages of issues. */
export const FAULTS: Readonly<Record<FaultName, readonly FaultCase[] | { readonly elsewhere: string }>> = {
  'token-refused': [
    { when: 'always', ...failed('wrong-credentials') },
    { when: 'with 401', spec: { status: 401 }, ...failed('wrong-credentials') },
  ],
  'token-account-disabled': [{ when: 'always', ...failed('account-disabled') }],
  'token-account-expired': [{ when: 'always', ...failed('account-disabled') }],
  'token-absent': [{ when: 'always', ...failed('no-token') }],
  'token-error-echo': [{ when: 'always', ...failed('not-wiz') }],
  'token-wrong-region': [{ when: 'always', ...failed('not-authenticated') }],
  'token-short-lived': [{ when: 'always', ...complete }],
  'token-opaque': [{ when: 'always', ...complete }],

  'rate-limited': [
    { when: 'twice, in GraphQL', spec: { times: 2, retryAfter: 0 }, ...complete },
    { when: 'twice, as 429', spec: { times: 2, form: 'http-429', retryAfter: 0 }, ...complete },
    { when: 'twice, as 429 without Retry-After', spec: { times: 2, form: 'http-429-no-header' }, ...complete },
    { when: 'twice, by its message alone', spec: { times: 2, form: 'graphql-no-code' }, ...complete },
    { when: 'twice, by its words alone', spec: { times: 2, form: 'http-403-words' }, ...complete },
  ],
  stall: [
    { when: 'once', spec: { ms: 5000, page: 2, times: 1 }, timeoutMs: 250, ...complete },
    { when: 'always on page 2', spec: { ms: 5000, page: 2 }, timeoutMs: 120, ...partial('timeout') },
  ],
  delay: [{ when: 'always', spec: { ms: 20 }, ...complete }],
  'gateway-error': [
    { when: '502 twice', spec: { status: 502, times: 2 }, ...complete },
    { when: '503 with Retry-After', spec: { status: 503, retryAfter: 1, times: 1 }, ...complete },
    { when: '504 once', spec: { status: 504, times: 1 }, ...complete },
    { when: '503 from page 2 on', spec: { fromPage: 2 }, ...partial('unavailable') },
    { when: '503 always', ...failed('unavailable') },
  ],
  'gateway-refused': [
    { when: '403 from page 2 on', spec: { fromPage: 2 }, ...partial('forbidden') },
    { when: '401 always', spec: { status: 401 }, ...failed('not-authenticated') },
  ],
  unprocessable: [{ when: 'always', ...failed('bad-input') }],
  'internal-error': [
    { when: '500 twice', spec: { times: 2 }, ...complete },
    { when: '200 from page 2 on', spec: { status: 200, fromPage: 2 }, ...partial('wiz-internal') },
  ],
  'ip-not-allowed': [
    { when: '200 always', ...failed('ip-not-allowed') },
    { when: '403 from page 2 on', spec: { status: 403, fromPage: 2 }, ...partial('ip-not-allowed') },
  ],
  'token-revoked': [
    { when: 'on page 2, as 401', spec: { page: 2 }, ...complete },
    { when: 'on page 2, as GraphQL', spec: { page: 2, form: 'graphql' }, ...complete },
  ],
  'cursor-expired': [
    { when: 'once on page 3', spec: { page: 3, times: 1 }, ...complete },
    { when: 'always on page 3', spec: { page: 3 }, ...partial('bad-input') },
  ],
  'query-cost': [{ when: 'above 12 rows', spec: { rows: 12 }, ...complete }],
  'field-removed': [
    { when: 'notes', ...complete, spoils: true, note: /no longer has Issue\.notes/ },
    {
      when: 'notes, with HTTP 200',
      spec: { status: 200 },
      ...complete,
      spoils: true,
      note: /no longer has Issue\.notes/,
    },
    { when: 'the total', spec: { field: 'totalCount', type: 'IssueConnection' }, ...complete, note: /gave no total/ },
  ],
  'field-changed': [
    { when: 'to an object', ...complete, spoils: true, note: /no longer has subscriptionTags/ },
    {
      when: 'to a leaf',
      spec: { field: 'riskProfile', form: 'leaf' },
      ...complete,
      spoils: true,
      note: /no longer has the fields of riskProfile/,
    },
    {
      when: 'to one with an argument',
      spec: { field: 'environments', form: 'argument' },
      ...complete,
      spoils: true,
      note: /no longer has environments/,
    },
  ],
  redirect: [
    { when: 'always', ...failed('redirect') },
    { when: 'at the token endpoint', spec: { endpoint: 'token', status: 302 }, ...failed('redirect') },
  ],
  'html-body': [
    { when: 'always', ...failed('not-wiz') },
    { when: 'at the token endpoint', spec: { endpoint: 'token' }, ...failed('not-wiz') },
  ],
  'truncated-body': [
    { when: 'once on page 2', spec: { page: 2, times: 1 }, ...complete },
    { when: 'always on page 2', spec: { page: 2 }, ...partial('connection-reset') },
  ],
  'connection-reset': [
    { when: 'once, in the body', spec: { page: 2, times: 1 }, ...complete },
    { when: 'once, before any header', spec: { page: 2, times: 1, keep: 0 }, ...complete },
    { when: 'always on page 2', spec: { page: 2 }, ...partial('connection-reset') },
  ],
  'slow-drip': [{ when: 'always', spec: { ms: 1 }, ...complete }],
  'answer-lost': { elsewhere: 'It strikes mutations and uploads; a sync only reads.' },

  'data-null': [
    { when: 'once', spec: { times: 1 }, ...complete },
    { when: 'from page 2 on', spec: { fromPage: 2 }, ...partial('no-data') },
  ],
  'data-null-with-errors': [{ when: 'from page 2 on', spec: { fromPage: 2 }, ...partial('wiz-internal') }],
  'partial-errors': [{ when: 'on page 2', spec: { page: 2, keep: 10 }, ...partial('rows-missing') }],
  'partial-nulls': [{ when: 'on page 2', spec: { page: 2 }, ...setAside }],
  'heavy-field-error': [{ when: 'always', ...failed('wiz-internal') }],
  'scope-lost': [
    { when: 'from the start', ...failed('missing-scope') },
    { when: 'in mid-walk', spec: { page: 2 }, ...partial('missing-scope') },
  ],
  'nodes-null': [{ when: 'on page 2', spec: { page: 2 }, ...partial('malformed-page') }],
  'page-info-missing': [
    { when: 'on page 2', spec: { page: 2 }, ...partial('missing-page-info') },
    { when: 'null on page 2', spec: { page: 2, asNull: true }, ...partial('missing-page-info') },
  ],
  'total-count-missing': [
    { when: 'always', ...complete, note: /gave no total/ },
    { when: 'always null', spec: { asNull: true }, ...complete, note: /gave no total/ },
  ],
  'total-count-wrong': [
    { when: 'too high', spec: { by: 5 }, ...partial('rows-missing') },
    { when: 'too low', spec: { by: -5 }, ...complete },
  ],
  'total-count-capped': [{ when: 'at 30', spec: { cap: 30 }, ...complete }],
  'cursor-repeated': [
    { when: 'once', spec: { times: 1 }, ...complete },
    { when: 'always', ...partial('repeated-cursor') },
  ],
  'cursor-missing': [
    { when: 'null on page 2', spec: { page: 2 }, ...partial('missing-cursor') },
    { when: 'empty on page 2', spec: { page: 2, empty: true }, ...partial('missing-cursor') },
  ],
  'empty-page': [
    { when: 'once', spec: { page: 2, times: 1 }, ...complete },
    { when: 'always on page 2', spec: { page: 2 }, ...partial('rows-missing') },
  ],
  'walk-truncated': [
    { when: 'once', spec: { page: 2, times: 1 }, ...complete },
    { when: 'always', ...partial('rows-missing') },
  ],
  'empty-answer': [
    { when: 'once', spec: { times: 1 }, ...complete },
    { when: 'always', ...complete, filled: partial('needs-approval'), spoils: true },
  ],
  'duplicate-row': [{ when: 'always', ...complete }],
  'skipped-row': [
    { when: 'once', spec: { times: 1 }, ...complete },
    { when: 'always', ...partial('rows-missing') },
  ],
  'null-items': [{ when: 'always', ...setAside }],
  'null-lists': [{ when: 'always', ...complete, spoils: true }],
  'record-without-id': [{ when: 'on page 2', spec: { page: 2 }, ...setAside }],
  'record-wrong-type': [
    { when: 'a moment', ...complete, spoils: true, note: /createdAt is no time/ },
    {
      when: 'the clock of the row',
      spec: { field: 'updatedAt', wrong: 'yesterday' },
      ...complete,
      spoils: true,
      note: /updatedAt is no time/,
    },
    {
      when: 'a number for a word',
      spec: { field: 'status', wrong: { deep: [1] } },
      ...complete,
      spoils: true,
      note: /status is no text/,
    },
    {
      when: 'a word for a list',
      spec: { field: 'projects', wrong: 'none' },
      ...complete,
      spoils: true,
      note: /projectIds is no texts/,
    },
    {
      when: 'a moment no calendar has',
      spec: { field: 'dueAt', wrong: '0000-01-01T00:00:00Z' },
      ...complete,
      spoils: true,
    },
    {
      when: 'a moment no clock has',
      spec: { field: 'dueAt', wrong: '2026-01-01T00:00:00+23:59' },
      ...complete,
      spoils: true,
    },
    {
      when: 'hostile names of fields',
      spec: { field: 'entitySnapshot', wrong: { 'a\u0000b': 1, '\ud800': { '\\u0000': '\\\u0000' } } },
      ...complete,
      spoils: true,
    },
  ],
  'record-unknown-enum': [{ when: 'on page 1', ...complete, spoils: true, note: /severity holds SEVERE/ }],
  'record-gigantic': [
    { when: 'in prose', ...complete, spoils: true },
    { when: 'in an indexed word', spec: { field: 'status' }, ...complete, spoils: true },
    { when: 'in the id', spec: { field: 'id' }, ...setAside },
  ],
  'record-hostile-text': [
    { when: 'in prose', ...complete, spoils: true },
    { when: 'in an indexed word', spec: { field: 'status' }, ...complete, spoils: true },
  ],
  'enum-added': [{ when: 'always', ...complete, spoils: true, note: /severity holds SEVERE/ }],

  'report-run-stale': reports,
  'report-run-status': reports,
  'report-limit-reached': reports,
  'activity-not-found': uploads,
  'activity-skipped': uploads,
  'activity-failed': uploads,
}

// Where a fault happens: the token endpoint has no root, everything else strikes the issues alone.
const TOKEN_ENDPOINT = /^token-(?!revoked)/

/** The fault to switch on for a case. */
export function specOf(name: FaultName, { spec = {} }: FaultCase): FaultSpec {
  const root = TOKEN_ENDPOINT.test(name) || spec.endpoint === 'token' ? {} : { root: 'issuesV2' }
  return { fault: name, ...root, ...spec } as FaultSpec
}
