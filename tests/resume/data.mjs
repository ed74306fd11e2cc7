import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../dist/core/index.js";
import { writeModel } from "../../dist/graph/index.js";
import { nn } from "../../dist/nn/index.js";

/** The bytes of an IDX file of bytes. */
function idx(dims, elements) {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.set([0, 0, 8, dims.length]);
  dims.forEach((dim, i) => header.writeUInt32BE(dim, 4 + 4 * i));
  return Buffer.concat([header, elements]);
}

/** Writes images of noise with stripes, a network with batch norm and dropout, and the options of a run that uses all that has a memory. */
export async function writeData(folder) {
  const random = new Random(1, "kill");
  mkdirSync(join(folder, "data"));
  for (const [name, count] of [
    ["train", 1203],
    ["t10k", 200],
  ]) {
    const labels = Uint8Array.from({ length: count }, () => random.integer(3));
    const pixels = Uint8Array.from({ length: count * 64 }, (_, i) => {
      const light = [i % 2 === 0, (i >> 3) % 2 === 0, random.integer(2) === 0][labels[i >> 6]];
      return (light ? 120 : 50) + random.integer(130);
    });
    writeFileSync(join(folder, "data", `${name}-images-idx3-ubyte`), idx([count, 8, 8], pixels));
    writeFileSync(join(folder, "data", `${name}-labels-idx1-ubyte`), idx([count], labels));
  }
  const layers = [
    ...[nn.conv2d(1, 8, 3, { padding: 1 }), nn.batchNorm(8), nn.relu(), nn.maxPool2d(2)],
    ...[nn.flatten(), nn.dropout(0.25), nn.linear(128, 3)],
  ];
  writeFileSync(join(folder, "model.onnx"), writeModel(nn.sequential(layers, { seed: 3 }).toModel([1, 8, 8])));
  const options = {
    ...{ data: "idx:data", model: "model.onnx", epochs: 60, "batch-size": 16, threads: 1, seed: 4 },
    ...{
      optimizer: "adamw",
      schedule: "cosine",
      "warmup-epochs": 1.5,
      accumulate: 3,
      "clip-norm": 1,
      "average-decay": 0.95,
    },
    ...{ "plateau-patience": 4, "class-weights": [1, 2, 0.5], "checkpoint-steps": 11, "score-train": true },
  };
  writeFileSync(join(folder, "config.yaml"), JSON.stringify(options));
}
