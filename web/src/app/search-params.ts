/** The part of an address behind the question mark; a name that occurs several times is a list. */
export type SearchParams = Readonly<Record<string, string | readonly string[] | undefined>>

/** Reads the part of an address behind the question mark. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const params = new URLSearchParams(text)
  const names = [...new Set(params.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const values = params.getAll(name)
      return [name, values.length === 1 ? (values[0] ?? '') : values]
    }),
  )
}

/** Writes it as people can read it: no JSON, lists by repeating the name. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    for (const each of [value].flat()) {
      if (each !== undefined && each !== null && each !== '') params.append(name, String(each))
    }
  }
  // These signs need no escape there, and filters are full of them.
  const readable = params.toString().replaceAll('%3A', ':').replaceAll('%2C', ',')
  return readable === '' ? '' : `?${readable}`
}

/** A parameter as a list. */
export function listOf(value: unknown): string[] {
  return [value].flat().filter((each): each is string => typeof each === 'string' && each !== '')
}

/** A parameter as one text. */
export function textOf(value: unknown): string | undefined {
  return listOf(value)[0]
}
