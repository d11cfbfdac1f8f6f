const arrays = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f64: Float64Array }

/** One growable column of numbers, one per row. */
export class Column {
  private data: Uint8Array | Uint16Array | Uint32Array | Float64Array
  private readonly type: keyof typeof arrays

  constructor(type: keyof typeof arrays, capacity: number) {
    this.type = type
    this.data = new arrays[type](Math.max(capacity, 16))
  }

  at(row: number): number {
    return this.data[row] as number
  }

  set(row: number, value: number): void {
    if (row >= this.data.length) {
      const grown = new arrays[this.type](Math.max(row + 1, Math.ceil(this.data.length * 1.5)))
      grown.set(this.data)
      this.data = grown
    }
    this.data[row] = value
  }
}
