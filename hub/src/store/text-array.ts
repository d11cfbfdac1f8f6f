const SPECIAL = /["\\]/
const SPECIALS = /["\\]/g

/** Words as PostgreSQL's text of an array; the driver's own way made a third of the garbage of a sync. */
export function textArray(words: readonly string[]): string {
  const quoted = words.map((word) => (SPECIAL.test(word) ? word.replaceAll(SPECIALS, '\\$&') : word))
  return words.length === 0 ? '{}' : `{"${quoted.join('","')}"}`
}
