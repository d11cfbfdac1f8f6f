import { z } from 'zod'
import { connectionRelation } from '../../store/query/own-relations.ts'
import { rowSchema } from '../listing.ts'

/** A connection as everybody may see it: never with its secret. */
export const connectionFace = rowSchema(connectionRelation)

/** A connection, named. */
export const connectionInput = z.string().min(1).max(100).describe('The name or the number of a connection.')

/** What of the credentials is typed in. */
export const credentialInputs = {
  clientId: z.string().trim().min(1).max(300).describe('The client id of the service account.'),
  clientSecret: z.string().trim().min(1).max(2000).describe('The client secret of the service account.'),
}

/** Where a tenant is, and which part of it is meant. */
export const tenantInputs = {
  apiUrl: z.string().max(2000).describe('The API endpoint URL of the tenant, as Wiz shows it.'),
  tokenUrl: z.string().max(2000).optional().describe('Where tokens come from; found out from the API URL without it.'),
  projects: z
    .array(z.string().trim().min(1).max(200))
    .max(1000)
    .default([])
    .describe('Ids of the Wiz projects to stay within; none means all that the service account sees.'),
}
