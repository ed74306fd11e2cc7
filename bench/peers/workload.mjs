// Reads what `bench/prepare.py` wrote for a workload.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const arrays = { float32: Float32Array, int64: BigInt64Array };

export function readSpec(folder) {
  return JSON.parse(readFileSync(join(folder, "spec.json"), "utf8"));
}

/** All samples of each input, and the labels. */
export function readData(folder, { batch, batches, inputs }) {
  const samples = batch * batches;
  const read = (name, type) => {
    const bytes = readFileSync(join(folder, `${name}.bin`));
    return new arrays[type](bytes.buffer, bytes.byteOffset, bytes.byteLength / arrays[type].BYTES_PER_ELEMENT);
  };
  const columns = Object.entries(inputs).map(([name, { dims, type }]) => [
    name,
    { data: read(name, type), dims: [samples, ...dims] },
  ]);
  return { samples, inputs: Object.fromEntries(columns), labels: read("labels", "int64") };
}
