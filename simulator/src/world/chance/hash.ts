/** Mixes two 32-bit numbers into a third; equal inputs give equal outputs, neighbours give unrelated ones. */
export function mix(a: number, b: number): number {
  let h = Math.imul((a ^ Math.imul(b + 0x9e3779b9, 0x85ebca6b)) >>> 0, 0xcc9e2d51)
  h ^= h >>> 15
  h = Math.imul(h, 0x2c1b3c6d)
  h ^= h >>> 12
  h = Math.imul(h, 0x297a2d39)
  h ^= h >>> 15
  return h >>> 0
}

/** A 32-bit number for a text, to key streams of chance by name. */
export function hashText(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mix(h >>> 0, text.length)
}

/** Reads a 32-bit hash as a number in [0, 1). */
export function unit(hash: number): number {
  return hash / 2 ** 32
}

/** Reads a 32-bit hash as a whole number in [0, n). */
export function below(hash: number, n: number): number {
  return Math.floor(unit(hash) * n)
}

/** Lets a 32-bit hash choose one of a list that is not empty. */
export function pick<T>(hash: number, list: readonly T[]): T {
  return list[below(hash, list.length)] as T
}

/** Turns weights into a function that lets a 32-bit hash choose an index. */
export function weighted(weights: readonly number[]): (hash: number) => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const bounds: number[] = []
  let sum = 0
  for (const weight of weights) {
    sum += weight
    bounds.push(sum / total)
  }
  return (hash) => {
    const at = unit(hash)
    let index = 0
    while (index < bounds.length - 1 && at >= (bounds[index] as number)) index++
    return index
  }
}
