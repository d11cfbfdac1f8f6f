import { z } from 'zod'
import { ROLES } from '../../access/caller.ts'

/** The fields that users and keys have in common. */
export const roleField = z.enum(ROLES).describe('What they may do: viewer, operator or admin.')
export const connectionIdsField = z
  .array(z.int().positive())
  .min(1)
  .describe('The only connections they may see, by number; all when left out.')
export const projectIdsField = z
  .array(z.string().min(1).max(200))
  .min(1)
  .describe('The only Wiz projects whose objects they may see; all when left out.')
export const nameField = z.string().trim().min(1).max(200).describe('What people call it, or them.')
export const emailField = z.string().trim().max(254).pipe(z.email()).describe('The e-mail address they sign in with.')
export const passwordField = z.string().min(1).max(1000).describe('A password of at least 12 characters.')
export const idField = z.int().positive().describe('Its number in the list.')
