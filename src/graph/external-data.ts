/** Reads `length` bytes (to the file's end where undefined) at `offset` of an external file that a tensor names. */
export type ExternalData = (location: string, offset: number, length: number | undefined, tensor: string) => Uint8Array;
