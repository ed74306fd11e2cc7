import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { Random } from "../../dist/core/index.js";
import { writeModel } from "../../dist/graph/index.js";
import { nn } from "../../dist/nn/index.js";

/**
 * Writes small images with stripes and noise, a network with batch norm and dropout, and the options of a run that uses all that has a
 * memory: shuffling, augmentation, dropout, accumulation, a schedule, averages and callbacks.
 */
export async function writeData(folder) {
  const random = new Random(1, "kill");
  const side = 12;
  for (const [part, count] of [
    ["train", 67],
    ["val", 12],
  ]) {
    for (const [kind, name] of ["upright", "level", "noise"].entries()) {
      mkdirSync(join(folder, "data", part, name), { recursive: true });
      for (let n = 0; n < count; n++) {
        const pixels = Buffer.from({ length: side * side }).map((_, i) => {
          const light = [i % 2 === 0, Math.floor(i / side) % 2 === 0, random.integer(2) === 0][kind];
          return (light ? 120 : 50) + random.integer(130);
        });
        const image = sharp(pixels, { raw: { width: side, height: side, channels: 1 } });
        await image.png().toFile(join(folder, "data", part, name, `${n}.png`));
      }
    }
  }
  const layers = [
    ...[nn.conv2d(3, 8, 3, { padding: 1 }), nn.batchNorm(8), nn.relu(), nn.maxPool2d(2)],
    ...[nn.flatten(), nn.dropout(0.25), nn.linear(128, 3)],
  ];
  writeFileSync(join(folder, "model.onnx"), writeModel(nn.sequential(layers, { seed: 3 }).toModel([3, 8, 8])));
  const options = {
    ...{ data: "images:data", "image-size": 8, augment: "crop,flip,rotate:10,color:0.2" },
    ...{ model: "model.onnx", epochs: 60, "batch-size": 16, threads: 1, seed: 4 },
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
