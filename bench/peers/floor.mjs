// Times what no training step can do without: the runtime's own forward pass, and the matrix products of a step alone.
// Usage: node bench/peers/floor.mjs FOLDER THREADS
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { serve } from "./serve.mjs";
import { readData, readSpec } from "./workload.mjs";

const [folder, threads] = process.argv.slice(2);
const spec = readSpec(folder);
const { batch } = spec;
const { inputs } = readData(folder, spec);
const open = (file) =>
  InferenceSession.create(join(folder, file), {
    intraOpNumThreads: Number(threads),
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 4,
  });

const model = await open("forward.onnx");
const feeds = Object.fromEntries(
  Object.entries(inputs).map(([name, { data, dims }]) => {
    const width = dims.slice(1).reduce((a, b) => a * b, 1);
    const type = spec.inputs[name].type;
    return [name, new Tensor(type, data.slice(0, batch * width), [batch, ...dims.slice(1)])];
  }),
);

const product = await open("product.onnx");
const random = (dims) => {
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => (i % 17) / 17 - 0.5);
  return new Tensor("float32", data, dims);
};

/** Seconds of [b, m, k] x [b, k, n]. */
async function time(b, m, k, n, repeats) {
  const feeds = { a: random([b, m, k]), b: random([b, k, n]) };
  const run = async (times) => {
    const start = performance.now();
    await product.run({ ...feeds, times: new Tensor("int64", BigInt64Array.of(BigInt(times)), []) });
    return (performance.now() - start) / 1000;
  };
  await run(1);
  return (await run(repeats)) / repeats;
}

async function products() {
  let step = 0;
  for (const { shape, count } of JSON.parse(readFileSync(join(folder, "products.json"), "utf8"))) {
    const repeats = Math.max(1, Math.min(200, Math.round(2e9 / shape.reduce((a, b) => a * b))));
    step += count * (await time(...shape, repeats));
  }
  return { samples: batch, step };
}

await serve({
  first: async () => (await model.run(feeds), batch),
  forward: async () => (await model.run(feeds), batch),
  products,
});
