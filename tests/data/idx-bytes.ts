/** The bytes of an IDX file: the code of the element type, the shape, and the elements as they stand in the file. */
export function idxBytes(code: number, dims: readonly number[], elements: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.set([0, 0, code, dims.length]);
  dims.forEach((dim, i) => header.writeUInt32BE(dim, 4 + 4 * i));
  return Buffer.concat([header, elements]);
}
