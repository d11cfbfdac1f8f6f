import { stripVTControlCharacters } from 'node:util'

// What turns the direction of writing, or hides, can make one name look like another.
const TREACHEROUS = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu

/** Text from outside as one line that a terminal shows and does not obey. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\s+/g, ' ').replaceAll(TREACHEROUS, '')
}

/** JSON in which what a terminal might obey is escaped; it means the same. */
export function cleanJson(value: unknown, indent?: number): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value, null, indent).replaceAll(
    // A new line between values is ours; inside of a text it is escaped already.
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g,
    escaped,
  )
}
