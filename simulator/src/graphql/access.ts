import type { Account } from '../world/account.ts'

/** Whether an account holds one of some scopes; `<verb>:all` and `admin:all` hold many at once. */
export function holdsAny({ scopes }: Account, anyOf: readonly string[]): boolean {
  if (anyOf.length === 0 || scopes.has('admin:all')) return true
  return anyOf.some((scope) => scopes.has(scope) || scopes.has(`${scope.split(':')[0]}:all`))
}
