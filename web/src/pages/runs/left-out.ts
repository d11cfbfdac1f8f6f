const REASONS: Readonly<Record<string, string>> = {
  deletedInWiz: 'deleted, says Wiz, though it still lists them',
  onlyCve: 'no CVE id',
  skipDeletedResources: 'on deleted resources',
  onlyKnownAssets: 'on assets that are not here',
  projects: 'in other projects',
  severities: 'of other severities',
  statuses: 'of other statuses',
  platforms: 'of other platforms',
  assetTypes: 'of other asset types',
}

/** Why a plan left rows out, for people; rules that are not known here keep their names. */
export function leftOutReason(reason: string): string {
  return REASONS[reason] ?? reason
}
