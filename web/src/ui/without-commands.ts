const HINT = /[.;:,]?\s*(?:if they are really to go, )?see "wizbridge [^"]*"(?:, then "wizbridge [^"]*")?\./gi

/** What the server says, without the commands it refers to: here there are pages for that. */
export function withoutCommands(sentence: string): string {
  return sentence.replace(HINT, '.')
}
