import type { Operation } from '../operation.ts'
import { apiKeysCreate, apiKeysList, apiKeysRevoke } from './api-keys.ts'
import { auditList, auditVerify } from './audit.ts'
import { meChangePassword, meShow } from './me.ts'
import { usersCreate, usersDelete, usersInvite, usersList, usersUpdate } from './users.ts'

/** What can be asked about who may use Wizbridge, and what they did. */
export const ACCESS_OPERATIONS: readonly Operation[] = [
  meShow,
  meChangePassword,
  usersList,
  usersCreate,
  usersUpdate,
  usersDelete,
  usersInvite,
  apiKeysList,
  apiKeysCreate,
  apiKeysRevoke,
  auditList,
  auditVerify,
] as readonly Operation[]
