/** Walks into what Wiz sent, whose shape nobody can rely on. */
export function at(node: unknown, path: string): unknown {
  let value = node
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

/** A text out of what Wiz sent: the first of these places that has one. */
export function textAt(node: unknown, ...paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const value = at(node, path)
    if (typeof value === 'string' && value.trim() !== '') return value
  }
  return undefined
}

/** A list of objects out of what Wiz sent. */
export function listAt(node: unknown, path: string): readonly unknown[] {
  const value = at(node, path)
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : []
}

/** Tags, which come as `{ key: value }` or as `[{ key, value }]`. */
export function tagsOf(tags: unknown): readonly (readonly [string, string])[] {
  if (Array.isArray(tags)) return tags.map((tag) => [textAt(tag, 'key') ?? '', textAt(tag, 'value') ?? ''])
  if (typeof tags !== 'object' || tags === null) return []
  return Object.entries(tags).map(([key, value]) => [key, String(value)])
}
