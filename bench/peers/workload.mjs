// Reads what `bench/prepare.py` wrote for a workload.
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";

const arrays = { float32: Float32Array, int64: BigInt64Array };

export function readSpec(folder) {
  return JSON.parse(readFileSync(join(folder, "spec.json"), "utf8"));
}

/** The samples of the first `batches` batches, all by default: { samples, inputs: { name: { data, dims } }, labels }. */
export function readData(folder, { batch, inputs, ...spec }, batches = spec.batches) {
  const samples = batch * batches;
  const read = (name, type, dims) => {
    const values = new arrays[type](dims.reduce((a, b) => a * b, samples));
    const file = openSync(join(folder, `${name}.bin`));
    const length = readSync(file, values);
    closeSync(file);
    if (length !== values.byteLength)
      throw new Error(`Expected ${values.byteLength} bytes in ${name}.bin, got ${length}`);
    return values;
  };
  const columns = Object.entries(inputs).map(([name, { dims, type }]) => [
    name,
    { data: read(name, type, dims), dims: [samples, ...dims] },
  ]);
  return { samples, inputs: Object.fromEntries(columns), labels: read("labels", "int64", []) };
}
