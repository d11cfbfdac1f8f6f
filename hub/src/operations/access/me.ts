import { z } from 'zod'
import { ROLES } from '../../access/caller.ts'
import { changeOwnPassword } from '../../access/own-password.ts'
import { operation } from '../operation.ts'
import { passwordField } from './fields.ts'

/** Who asks. */
export const showMe = operation({
  name: 'me.show',
  about: 'Shows who you are here, and what you may do.',
  access: 'viewer',
  http: 'GET /me',
  columns: ['name', 'role', 'connectionIds', 'projectIds'],
  input: z.strictObject({}),
  output: z.object({
    name: z.string(),
    role: z.enum(ROLES),
    connectionIds: z.array(z.int()).nullable().describe('The only connections you may see; null means all.'),
    projectIds: z.array(z.string()).nullable().describe('The only Wiz projects you may see; null means all.'),
  }),
  async run({ caller }) {
    const { name, role, connectionIds = null, projectIds = null } = caller
    return { name, role, connectionIds: connectionIds && [...connectionIds], projectIds: projectIds && [...projectIds] }
  },
})

/** Changes the password of whoever asks. */
export const changeMyPassword = operation({
  name: 'me.change-password',
  about: 'Changes your own password; all your sessions end, this one too.',
  access: 'viewer',
  audit: true,
  withinProjects: true,
  http: 'POST /me/password',
  secrets: ['current', 'password'],
  input: z.strictObject({
    current: z.string().min(1).max(1000).describe('Your password until now.'),
    password: passwordField,
  }),
  output: z.object({ changed: z.literal(true) }),
  async run({ app, caller }, { current, password }) {
    await changeOwnPassword(app.store, caller, { current, password })
    return { changed: true as const }
  },
})
