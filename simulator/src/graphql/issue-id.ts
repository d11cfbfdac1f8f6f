import { badInput } from './user-error.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Refuses what cannot be the id of an issue, whether there is such an issue or not. */
export function checkIssueId(id: string): void {
  if (!UUID.test(id)) throw badInput('id must be a valid service issue id')
}
