// Measures how long a training step takes to build: from the file to loaded values, from those to an open session, and a step.
// Usage: python bench/step-graphs.py FOLDER; npm run build; node bench/step-graphs.mjs FOLDER [ROUNDS]
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const [folder, rounds = "3"] = process.argv.slice(2);
const models = ["resnet18", "efficientnet_v2_s"];
const batch = 8;
const size = 224;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

if (process.env.ONWARD_BENCH_RUN === undefined) {
  const runs = [];
  for (let round = 0; round < Number(rounds); round++) {
    for (const model of models) {
      const load = loadavg()[0];
      const text = execFileSync(process.execPath, [here("step-graphs.mjs"), join(folder, `${model}.onnx`)], {
        env: { ...process.env, ONWARD_BENCH_RUN: "1" },
        encoding: "utf8",
      });
      runs.push({ model, round, load, ...JSON.parse(text) });
      console.log(JSON.stringify(runs.at(-1)));
    }
  }
  const median = (model, what) =>
    runs
      .filter((run) => run.model === model)
      .map((run) => run[what])
      .toSorted((a, b) => a - b)[Math.floor(Number(rounds) / 2)];
  const result = {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    node: process.version,
    batch,
    size,
    medianSeconds: Object.fromEntries(
      models.map((model) => [model, { load: median(model, "load"), build: median(model, "build") }]),
    ),
    runs,
  };
  writeFileSync(here("results/step-graphs.json"), `${JSON.stringify(result, null, 1)}\n`);
  console.log(result.medianSeconds);
} else {
  const [{ crossEntropy }, { sgd }, { loadModel, trainingPlan, TrainSteps }, { Tensor }] = await Promise.all(
    ["criteria", "optimizers", "steps", "core"].map((name) => import(`../dist/${name}/index.js`)),
  );
  const seconds = {};
  const timed = async (what, action) => {
    const start = performance.now();
    const result = await action();
    seconds[what] = (performance.now() - start) / 1000;
    return result;
  };
  const { prepared, runtime, values } = await timed("load", () => loadModel(folder));
  const random = Float32Array.from({ length: batch * 3 * size * size }, Math.random);
  const data = {
    inputs: { image: new Tensor("float32", random, [batch, 3, size, size]) },
    labels: new Tensor(
      "int64",
      BigInt64Array.from({ length: batch }, (_, i) => BigInt(i)),
      [batch],
    ),
  };
  const plan = trainingPlan(prepared, { optimizer: sgd({ learningRate: 1e-3 }) });
  // The graph is built for the size of the first batch: what the first step takes beyond another one.
  const steps = await timed("compile", () => TrainSteps.compile(prepared, crossEntropy(), plan, 0, runtime, {}));
  await timed("first", () => steps.run(values, data, 1, batch));
  await timed("second", () => steps.run(values, data, 1, batch));
  await timed("third", () => steps.run(values, data, 1, batch));
  seconds.step = Math.min(seconds.second, seconds.third);
  seconds.build = seconds.compile + seconds.first - seconds.step;
  process.stdout.write(JSON.stringify({ file: basename(folder), ...seconds }));
  process.exit(0);
}
