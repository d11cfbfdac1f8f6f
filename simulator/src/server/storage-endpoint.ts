import { type Answer, storageError } from '../answer.ts'
import type { Call } from '../faults/fault.ts'
import { bearerOf, type Exchange, otherOrigin, readBody, send } from './exchange.ts'
import type { Services } from './services.ts'

const MAX_UPLOAD = 256 * 1024 * 1024

const REFUSED = {
  authorized: storageError(400, 'InvalidArgument', 'Only one auth mechanism allowed: remove the Authorization header'),
  expired: storageError(403, 'AccessDenied', 'Request has expired'),
  unknown: storageError(404, 'NoSuchKey', 'The specified key does not exist.'),
  method: storageError(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.'),
  tooLarge: storageError(413, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size'),
}

function download({ request, url }: Exchange, { world }: Services): Answer {
  if (request.method !== 'GET') return REFUSED.method
  const file = world.reports.download(url)
  if (file === 'expired' || file === 'unknown') return REFUSED[file]
  const disposition = `attachment; filename="${file.fileName}"`
  return {
    status: 200,
    headers: { 'content-type': file.contentType, 'content-disposition': disposition },
    body: file.chunks,
  }
}

function upload({ request, url }: Exchange, { world }: Services, body: Buffer | undefined): Answer {
  if (request.method !== 'PUT') return REFUSED.method
  if (!body) return REFUSED.tooLarge
  const received = world.uploads.receive(url, body)
  return received === 'expired' || received === 'unknown' ? REFUSED[received] : { status: 200, headers: {}, body: '' }
}

/** Answers the presigned links of object storage: GET of a report, PUT of an upload; neither takes a bearer token. */
export async function handleStorage(
  exchange: Exchange,
  services: Services,
  endpoint: 'download' | 'upload',
): Promise<void> {
  const { request, response, url } = exchange
  const body = await readBody(request, MAX_UPLOAD)
  const authorized = request.headers.authorization !== undefined
  const call: Call = {
    endpoint,
    account: null,
    mutation: false,
    roots: [],
    otherOrigin: otherOrigin(url),
    wait: exchange.wait,
    revokeToken: () => services.tokens.revoke(bearerOf(request) ?? ''),
  }
  const serve = () => (endpoint === 'download' ? download(exchange, services) : upload(exchange, services, body))
  const answer = (await services.faults.answer(call, [])) ?? (authorized ? REFUSED.authorized : serve())
  services.journal.transfer({
    at: services.clock.now().toISOString(),
    endpoint,
    status: answer.status,
    authorized,
    bytes: body?.length ?? 0,
  })
  const delivery = services.faults.delivery(call, [])
  await (delivery ? delivery(response, answer, call) : send(response, answer))
}
