import type { ServerResponse } from 'node:http'
import {
  type Answer,
  bytesOf,
  errorAnswer,
  htmlAnswer,
  OOPS,
  RATE_FORMS,
  type RateForm,
  type RefusalForm,
  rateAnswer,
  storageError,
  unauthenticatedAnswer,
} from '../answer.ts'
import { type Endpoint, type RootCall, transportFault } from './fault.ts'

const EVERYWHERE: readonly Endpoint[] = ['graphql', 'token', 'download', 'upload']

const STATUS_TEXT: Record<number, string> = {
  401: 'Authorization Required',
  403: 'Forbidden',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
}

/** How a field can change, which documents that makes invalid, and what is said to them. */
const CHANGES = {
  object: {
    suits: (root: RootCall, field: string) => root.leaves.has(field),
    complaint: (field: string) => `Field "${field}" of type "[Changed!]" must have a selection of subfields.`,
  },
  leaf: {
    suits: (root: RootCall, field: string) => root.selects.has(field) && !root.leaves.has(field),
    complaint: (field: string) => `Field "${field}" must not have a selection since type "Changed" has no subfields.`,
  },
  argument: {
    suits: (root: RootCall, field: string) => root.selects.has(field),
    complaint: (field: string) =>
      `Field "${field}" argument "selection" of type "Changed!" is required, but it was not provided.`,
  },
}

const statusPage = (status: number, headers: Record<string, string> = {}): Answer =>
  htmlAnswer(status, `${status} ${STATUS_TEXT[status] ?? 'Error'}`, undefined, headers)

function begin(response: ServerResponse, answer: Answer, length: number): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': length })
}

/** What goes wrong around an answer. */
export const transportFaults = {
  'rate-limited': transportFault({
    about: 'Refused for its rate in the given `form`, whatever the true rate is.',
    params: { form: 'graphql' as RateForm, retryAfter: 1 },
    choices: { form: RATE_FORMS },
    answer: (_call, { form, retryAfter }) => rateAnswer(form, retryAfter),
  }),
  stall: transportFault({
    about: 'Nothing comes for `ms`, then the gateway answers 504.',
    params: { ms: 120_000 },
    endpoints: EVERYWHERE,
    answer: async (call, { ms }) => {
      await call.wait(ms)
      return statusPage(504)
    },
  }),
  delay: transportFault({
    about: 'The true answer comes, `ms` late.',
    params: { ms: 1_000 },
    endpoints: EVERYWHERE,
    answer: async (call, { ms }) => {
      await call.wait(ms)
      return undefined
    },
  }),
  'gateway-error': transportFault({
    about:
      'The gateway answers `status` (502, 503, 504) with an HTML page, and `Retry-After` when `retryAfter` is above 0.',
    params: { status: 503, retryAfter: 0 },
    endpoints: EVERYWHERE,
    answer: (_call, { status, retryAfter }) =>
      statusPage(status, retryAfter > 0 ? { 'retry-after': String(retryAfter) } : {}),
  }),
  'gateway-refused': transportFault({
    about: 'The gateway refuses a good token with `status` (401, 403); object storage refuses in XML.',
    params: { status: 403 },
    endpoints: ['graphql', 'download', 'upload'],
    answer: (call, { status }) =>
      call.endpoint === 'graphql' ? statusPage(status) : storageError(status, 'AccessDenied', 'Request has expired'),
  }),
  unprocessable: transportFault({
    about: 'HTTP 422, as some tenants answer for a root field they do not have.',
    params: { message: 'Unprocessable Entity' },
    answer: (_call, { message }) => errorAnswer('BAD_USER_INPUT', message, 422),
  }),
  'internal-error': transportFault({
    about: 'Code INTERNAL with HTTP `status` (500 or 200) and Wiz’s “oops!” message.',
    params: { status: 500 },
    answer: (_call, { status }) => errorAnswer('INTERNAL', OOPS, status),
  }),
  'ip-not-allowed': transportFault({
    about: 'The tenant’s IP allow-list refuses the caller: code FORBIDDEN_IP with HTTP `status` (200 or 403).',
    params: { status: 200 },
    answer: (_call, { status }) => errorAnswer('FORBIDDEN_IP', 'access from this IP address is not allowed', status),
  }),
  'token-revoked': transportFault({
    about: 'The token in use dies, in mid-walk with `page`; told in the given `form`. A new token works.',
    params: { form: 'http-401' as RefusalForm },
    choices: { form: ['http-401', 'graphql'] },
    times: 1,
    answer: (call, { form }) => {
      call.revokeToken()
      return unauthenticatedAnswer(form)
    },
  }),
  'cursor-expired': transportFault({
    about: 'A cursor that was good is refused.',
    params: { message: 'cursor has expired' },
    suits: (_call, root) => root?.args.after != null,
    answer: (_call, { message }) => errorAnswer('BAD_USER_INPUT', message),
  }),
  'query-cost': transportFault({
    about: 'HTTP 400 for pages of more than `rows` rows; smaller pages work.',
    params: { rows: 250 },
    suits: (_call, root, { rows }) => typeof root?.args.first === 'number' && root.args.first > rows,
    answer: () => errorAnswer('BAD_USER_INPUT', 'query cost exceeds the maximum allowed', 400),
  }),
  'field-removed': transportFault({
    about:
      'Schema drift: the API no longer knows `field` (of `type`), so a document that selects it is invalid, told with HTTP `status` (400 or 200).',
    params: { field: 'notes', type: 'Issue', status: 400 },
    suits: (_call, root, { field }) => root?.selects.has(field) ?? false,
    answer: (_call, { field, type, status }) =>
      errorAnswer('GRAPHQL_VALIDATION_FAILED', `Cannot query field "${field}" on type "${type}".`, status),
  }),
  'field-changed': transportFault({
    about:
      'Schema drift: `field` has become an object, a leaf, or wants an argument (`form`), so a document that selects it as before is invalid.',
    params: { field: 'subscriptionTags', form: 'object' as keyof typeof CHANGES },
    choices: { form: Object.keys(CHANGES) },
    suits: (_call, root, { field, form }) => root !== undefined && CHANGES[form].suits(root, field),
    answer: (_call, { field, form }) => errorAnswer('GRAPHQL_VALIDATION_FAILED', CHANGES[form].complaint(field), 400),
  }),
  redirect: transportFault({
    about:
      'Redirects with `status` to `to` (default: this server under another host name, which journals who follows).',
    params: { status: 307, to: '' },
    endpoints: EVERYWHERE,
    answer: (call, { status, to }) => ({
      status,
      headers: { location: to || `${call.otherOrigin}/_simulator/trap` },
      body: '',
    }),
  }),
  'html-body': transportFault({
    about: 'HTTP 200 with an HTML page instead of JSON.',
    params: { title: 'Please sign in' },
    endpoints: EVERYWHERE,
    answer: (_call, { title }) => htmlAnswer(200, title),
  }),
  'truncated-body': transportFault({
    about: 'HTTP 200 that ends properly after the share `keep` of the body: broken JSON, or a CSV that lacks rows.',
    params: { keep: 0.5 },
    endpoints: EVERYWHERE,
    deliver: async (response, answer, _call, { keep }) => {
      const bytes = bytesOf(answer)
      const kept = bytes.subarray(0, Math.floor(bytes.length * keep))
      begin(response, answer, kept.length)
      response.end(kept)
    },
  }),
  'connection-reset': transportFault({
    about: 'The connection is reset after the share `keep` of the body; 0 resets before any header.',
    params: { keep: 0.5 },
    endpoints: EVERYWHERE,
    deliver: async (response, answer, call, { keep }) => {
      const bytes = bytesOf(answer)
      if (keep > 0) {
        begin(response, answer, bytes.length)
        response.write(bytes.subarray(0, Math.max(1, Math.floor(bytes.length * keep))))
        // A reset throws away what the client has not read yet: give it the time to see headers and half a body.
        await call.wait(20)
      }
      response.socket?.resetAndDestroy()
    },
  }),
  'slow-drip': transportFault({
    about: 'The body comes `bytes` at a time, every `ms`.',
    params: { ms: 20, bytes: 4_096 },
    endpoints: EVERYWHERE,
    deliver: async (response, answer, call, { ms, bytes: step }) => {
      const bytes = bytesOf(answer)
      begin(response, answer, bytes.length)
      for (let at = 0; at < bytes.length; at += step) {
        response.write(bytes.subarray(at, at + step))
        await call.wait(ms)
      }
      response.end()
    },
  }),
  'answer-lost': transportFault({
    about: 'A mutation or upload takes effect, but after `ms` the connection breaks without an answer.',
    params: { ms: 0 },
    endpoints: ['graphql', 'upload'],
    suits: (call) => call.endpoint === 'upload' || call.mutation,
    deliver: async (response, _answer, call, { ms }) => {
      await call.wait(ms)
      response.socket?.resetAndDestroy()
    },
  }),
}
