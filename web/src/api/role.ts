import { useQuery } from '@tanstack/react-query'
import { authQuery } from './queries.ts'
import type { Role } from './types.ts'

const ROLES: readonly Role[] = ['viewer', 'operator', 'admin']

/** Whether who is signed in may do what needs this role; the server decides in the end. */
export function useMay(needed: Role): boolean {
  const { data } = useQuery(authQuery)
  return data?.caller ? ROLES.indexOf(data.caller.role) >= ROLES.indexOf(needed) : false
}
