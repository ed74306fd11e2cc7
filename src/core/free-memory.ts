let closed: MessagePort | undefined;

/**
 * Frees the memory of arrays now, where it would else wait for a collection of garbage; they are empty from then on. Only for arrays that
 * nobody else was given, each in memory of its own. What is no array of numbers is left alone, and so is memory that is seen in part.
 */
export function freeMemory(arrays: Iterable<unknown>): void {
  const buffers = new Set<ArrayBuffer>();
  for (const array of arrays) {
    if (!ArrayBuffer.isView(array) || array.byteLength !== array.buffer.byteLength) continue;
    if (array.buffer instanceof ArrayBuffer) buffers.add(array.buffer);
  }
  if (buffers.size > 0) (closed ??= closedPort()).postMessage(undefined, [...buffers]);
}

/** What is handed over to it is gone. */
function closedPort(): MessagePort {
  const { port1 } = new MessageChannel();
  port1.close();
  return port1;
}
