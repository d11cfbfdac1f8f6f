/** The name of a column in PostgreSQL: `firstDetectedAt` becomes `first_detected_at`. */
export function sqlName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** An identifier in double quotes, safe whatever it holds. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text literal, safe whatever it holds. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}
