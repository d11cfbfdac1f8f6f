import type { Account } from '../world/account.ts'
import { defaultScopes } from './default-scopes.ts'

/** A service account to be. */
export interface AccountSpec {
  clientId: string
  clientSecret: string
  /** Default: every scope that opens a query, and those of reports. */
  scopes?: readonly string[]
  /** Projects it sees; null or absent = all. */
  projectIds?: readonly string[] | null
  /** Refused at the token endpoint; tokens it still has stop working. */
  disabled?: boolean
}

/** A service account as the server keeps it. */
export interface ServiceAccount extends Account {
  clientSecret: string
  disabled: boolean
}

/** The service accounts of the tenant. */
export interface Accounts {
  get(clientId: string): ServiceAccount | undefined
  list(): ServiceAccount[]
  /** Adds an account, or replaces the one of that id. */
  add(spec: AccountSpec): ServiceAccount
  /** Changes an account; its tokens stay and mean the changed account. */
  update(clientId: string, patch: Partial<Omit<AccountSpec, 'clientId'>>): ServiceAccount
  remove(clientId: string): boolean
}

/** Credentials of the account that is there when none are asked for. Known to everybody, as the tenant is make-believe. */
export const DEFAULT_ACCOUNT: AccountSpec = {
  clientId: 'wizbridgesimulatorclient',
  clientSecret: 'simulator-secret-for-a-make-believe-tenant',
}

/** Opens the tenant's accounts. */
export function createAccounts(specs: readonly AccountSpec[]): Accounts {
  const accounts = new Map<string, ServiceAccount>()
  const everything = defaultScopes()

  const set = (spec: AccountSpec): ServiceAccount => {
    const { clientId, clientSecret, scopes = everything, projectIds = null, disabled = false } = spec
    const account = { clientId, clientSecret, scopes: new Set(scopes), projectIds, disabled }
    accounts.set(clientId, account)
    return account
  }
  for (const spec of specs) set(spec)

  return {
    get: (clientId) => accounts.get(clientId),
    list: () => [...accounts.values()],
    add: set,
    update(clientId, patch) {
      const account = accounts.get(clientId)
      if (!account) throw new Error(`There is no service account ${JSON.stringify(clientId)}.`)
      return set({ ...account, scopes: [...account.scopes], ...patch, clientId })
    },
    remove: (clientId) => accounts.delete(clientId),
  }
}
