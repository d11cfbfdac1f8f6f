import type { Operation } from '../operation.ts'
import { createApiKey, listApiKeys, revokeApiKey } from './api-keys.ts'
import { exportAudit, listAudit, verifyAuditLog } from './audit.ts'
import { changeMyPassword, showMe } from './me.ts'
import { createUser, deleteUser, inviteUser, listUsers, updateUser } from './users.ts'
import { VIEW_OPERATIONS } from './views.ts'

/** What can be asked about who may use Wizbridge, and what they did. */
export const ACCESS_OPERATIONS: readonly Operation[] = [
  showMe,
  changeMyPassword,
  ...VIEW_OPERATIONS,
  listUsers,
  createUser,
  updateUser,
  deleteUser,
  inviteUser,
  listApiKeys,
  createApiKey,
  revokeApiKey,
  listAudit,
  exportAudit,
  verifyAuditLog,
]
