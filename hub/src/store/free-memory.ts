/**
 * Gives the memory of large bytes back at once; whoever still looks at them finds them empty. The garbage collector would
 * get to it too, but it does not see how much lies outside its heap, and lets a hundred megabytes of read pages pile up.
 */
export function freeMemory(bytes: Uint8Array): void {
  const { buffer } = bytes
  // Small ones share a pool with others.
  if (buffer instanceof ArrayBuffer && bytes.byteLength > Buffer.poolSize && !buffer.detached) buffer.transfer(0)
}
