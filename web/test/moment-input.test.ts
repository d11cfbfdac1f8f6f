import { expect, it } from 'vitest'
import { fieldOf, momentOf, readMoment } from '../src/pages/object/moment-input.ts'

it.each(['UTC', 'America/New_York', 'Asia/Kolkata'])('VIEW-2 a field in %s holds the moment of the address', (zone) => {
  const before = process.env.TZ
  process.env.TZ = zone
  try {
    for (const at of ['2026-01-31T09:00:00Z', '2026-07-01T23:59:00Z', '2026-10-25T01:30:00Z'])
      expect(momentOf(fieldOf(readMoment(at)))).toBe(at)
    // As the API reads them: in UTC where no offset is named.
    for (const at of ['2026-01-31', '2026-01-31T00:00', '2026-01-31 00:00:00.000', '2026-01-31T05:30:00+05:30'])
      expect(readMoment(at).toISOString(), at).toBe('2026-01-31T00:00:00.000Z')
    expect(momentOf('')).toBeUndefined()
  } finally {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  }
})
