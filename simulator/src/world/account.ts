/** A service account as the world sees it: what it may do, and which projects it sees (null = all). */
export interface Account {
  clientId: string
  scopes: ReadonlySet<string>
  projectIds: readonly string[] | null
}
