/** Buffers that are used again: a fresh megabyte per page costs more in page faults than the page takes to write. */
export interface Memory {
  take(size: number): Buffer
  /** Gives back a taken buffer, or a part of one, that nobody reads any more. */
  give(buffer: Buffer): void
}

/** Buffers kept for later use: as many as pages are likely to be on their way at once. */
const KEPT = 16

/** Starts with no buffer. */
export function createMemory(): Memory {
  const free: ArrayBufferLike[] = []
  return {
    take(size) {
      const index = free.findIndex((memory) => memory.byteLength >= size)
      const [memory] = index < 0 ? [] : free.splice(index, 1)
      // A tenth more than asked for, so that the next page fits as well.
      return Buffer.from(memory ?? new ArrayBuffer(Math.ceil(size * 1.1)), 0, size)
    },
    give(buffer) {
      if (free.length < KEPT) free.push(buffer.buffer)
    },
  }
}
