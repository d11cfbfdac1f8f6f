import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Where the build of the web user interface lies. */
export const WEB_DIST = new URL('../../../web/dist/', import.meta.url).pathname

// Vite writes this where a nonce belongs; it is a new one for each answer, and lets the page make its styles.
const NONCE = '__CSP_NONCE__'

/** The web user interface; null where it has not been built. */
export interface WebPages {
  /** Answers with the page that shows every address of the user interface. */
  send(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
  /** Whether a browser asks for a page, rather than a program for something that is not there. */
  isPage(request: FastifyRequest): boolean
}

/** Serves the built user interface: its files under their names, and its one page under all other addresses. */
export async function addWebPages(server: FastifyInstance, folder: string): Promise<WebPages | null> {
  const page = path.join(folder, 'index.html')
  if (!existsSync(page)) return null
  await server.register(fastifyStatic, {
    root: folder,
    index: false,
    wildcard: true,
    decorateReply: false,
    schemaHide: true,
    setHeaders(reply, file) {
      // Names of built assets contain a hash of what they hold.
      const isAsset = file.startsWith(path.join(folder, 'assets') + path.sep)
      reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  const pages: WebPages = {
    isPage: ({ method, url, headers }) =>
      method === 'GET' &&
      !/^\/(api|webhooks|docs|assets)(\/|$)/.test(url) &&
      (headers.accept ?? '').includes('text/html'),
    async send(_request, reply) {
      const nonce = randomBytes(16).toString('base64')
      const policy = String(reply.getHeader('content-security-policy'))
      const html = await readFile(page, 'utf8')
      return reply
        .header('content-security-policy', policy.replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`))
        .header('cache-control', 'no-cache')
        .type('text/html; charset=utf-8')
        .send(html.replaceAll(NONCE, nonce))
    },
  }
  server.get('/', { schema: { hide: true } }, pages.send)
  return pages
}
