import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { VERSION } from '../version.ts'

/** Describes all routes at /openapi.json, and for people at /docs; to be added before the routes. */
export async function addOpenApi(
  server: FastifyInstance,
  options: { publicUrl: string; cookieName: string },
): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Wizbridge',
        version: VERSION,
        description: 'What Wiz knows, kept in step with it in a PostgreSQL of your own.',
      },
      servers: [{ url: options.publicUrl }],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' },
          session: { type: 'apiKey', in: 'cookie', name: options.cookieName, description: 'The session of a browser.' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger())
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    // Its badge would send our description to a server elsewhere.
    uiConfig: { validatorUrl: null, url: '/openapi.json' },
    staticCSP: {
      'default-src': "'none'",
      'script-src': "'self'",
      // The one style sheet that the page writes itself; a new version may write another.
      'style-src': "'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='",
      'img-src': "'self' data:",
      'connect-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    },
  })
}
