/** What each status of Wiz is called here; Wiz has the say, so these follow it with every sync. */
export const LOCAL_STATUSES: Readonly<Record<string, string>> = {
  OPEN: 'Open',
  IN_PROGRESS: 'In Progress',
  RESOLVED: 'Resolved',
  // Wiz shows it as Ignored: somebody has accepted that the check fails.
  REJECTED: 'Accepted Failed',
}
