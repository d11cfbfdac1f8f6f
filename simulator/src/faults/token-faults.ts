import { htmlAnswer, jsonAnswer } from '../answer.ts'
import { tokenFault } from './fault.ts'

const denied = (status: number, description: string) =>
  jsonAnswer(status, { error: 'access_denied', error_description: description })

/** What goes wrong when a token is asked for. */
export const tokenFaults = {
  'token-refused': tokenFault({
    about: 'Good credentials are refused as if they were wrong, with HTTP `status` (400 or 401).',
    params: { status: 400 },
    answer: (_call, { status }) => denied(status, 'Unauthorized'),
  }),
  'token-account-disabled': tokenFault({
    about: 'The service account has been disabled.',
    params: { status: 400 },
    answer: (_call, { status }) => denied(status, 'Service account is disabled'),
  }),
  'token-account-expired': tokenFault({
    about: 'The service account is past its expiry date.',
    params: { status: 400 },
    answer: (_call, { status }) => denied(status, 'Service account has expired'),
  }),
  'token-absent': tokenFault({
    about: 'HTTP 200 with a message and no `access_token`.',
    params: { message: 'Something went wrong' },
    answer: (_call, { message }) => jsonAnswer(200, { message }),
  }),
  'token-error-echo': tokenFault({
    about: 'An error page with HTTP `status` that repeats the request, client secret included.',
    params: { status: 400 },
    answer: (call, { status }) => htmlAnswer(status, `${status} Bad Request`, `Cannot process request: ${call.form}`),
  }),
  'token-wrong-region': tokenFault({
    about: 'The token belongs to data centre `dc`, so that this API refuses it.',
    params: { dc: 'eu17' },
    answer: (call, { dc }) => call.issue({ dc }),
  }),
  'token-short-lived': tokenFault({
    about: 'The token lives for `seconds` only, and says so.',
    params: { seconds: 1 },
    answer: (call, { seconds }) => call.issue({ seconds }),
  }),
  'token-opaque': tokenFault({
    about: 'The token works but is not a JWT, so that no data centre can be read from it.',
    params: {},
    answer: (call) => call.issue({ opaque: true }),
  }),
}
