import { Fatal, sentenceOf } from '../../errors.ts'

const LAST_LINES = 20

/** What PostgreSQL or the file system said, as one sentence and a next step. */
export function startFailure(said: unknown, where: { dataDir: string; doing: string }): Fatal {
  const text = sentenceOf(said)
  const log = text.trim().split('\n').slice(-LAST_LINES)
  const options = { details: { dataDir: where.dataDir, log }, cause: said instanceof Error ? said : undefined }
  if (/ENOSPC|EDQUOT|No space left on device|Check free disk space|Disk quota exceeded/.test(text)) {
    const next = `Free some space and start again; nothing that was stored is lost.`
    return new Fatal('disk-full', `The disk that holds the data directory ${where.dataDir} is full. ${next}`, options)
  }
  if (/could not look up effective user ID/.test(text)) {
    const next = 'Run Wizbridge as a user that is listed in /etc/passwd, or set DATABASE_URL.'
    return new Fatal(
      'no-account',
      `PostgreSQL does not start for user ${process.getuid?.()}, who has no name. ${next}`,
      options,
    )
  }
  // A folder that cannot be made is reported as ENOENT on some read-only file systems.
  if (/EACCES|EPERM|EROFS|ENOTDIR|EEXIST|ENOENT.*mkdir|Permission denied|Read-only file system/.test(text)) {
    const next = 'Give the account that runs Wizbridge a folder it owns (WIZBRIDGE_DATA_DIR).'
    return new Fatal('data-dir-not-writable', `Cannot write to the data directory ${where.dataDir}. ${next}`, options)
  }
  const next = 'Its last lines are attached; if they do not help, set DATABASE_URL to a PostgreSQL of your own.'
  return new Fatal(
    'embedded-start-failed',
    `The embedded PostgreSQL in ${where.dataDir} ${where.doing}. ${next}`,
    options,
  )
}
