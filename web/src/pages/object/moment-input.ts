/** A moment as the field of the browser takes it: to the minute, in the time zone of the reader. */
export function fieldOf(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** What such a field holds as an address carries it: the same moment for every reader. */
export function momentOf(field: string): string | undefined {
  const moment = new Date(field)
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString().replace('.000Z', 'Z')
}

/** A moment of an address; in UTC where it names no offset, as the API reads it. */
export function readMoment(text: string): Date {
  return new Date(/\d:\d\d(:[\d.]+)?$/.test(text) && !/[+-]\d\d:\d\d$/.test(text) ? `${text}Z` : text)
}
