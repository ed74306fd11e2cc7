import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { float32, int64, Random } from "../core/index.ts";
import { crossEntropy } from "../criteria/index.ts";
import { nn } from "../nn/index.ts";
import { adamw, sgd, type Optimizer } from "../optimizers/index.ts";
import { nodeRuntime } from "../runtime/node.ts";
import { AccumulateSteps } from "./accumulate.ts";
import { loadModel } from "./load-model.ts";
import { trainGraph } from "./train-graph.ts";
import { TrainSteps } from "./train.ts";
import { trainingPlan } from "./training-plan.ts";
import type { UpdateRules } from "./update-rules.ts";

// 0.weight has 2^19 elements, which is the least that is computed in blocks.
const network = () => nn.sequential([nn.linear(1024, 512), nn.relu(), nn.linear(512, 3)], { seed: 1 }).toModel([1024]);
const size = 2;
const count = 4;

/** A model after four steps, taken in so many calls, or after the first few of the calls. */
async function trained(
  optimizer: Optimizer,
  calls: number,
  rules: UpdateRules = {},
  accumulated = false,
  taken = calls,
) {
  const { prepared, values, parameters } = await loadModel(network());
  const plan = trainingPlan(prepared, { optimizer });
  const steps = accumulated
    ? await AccumulateSteps.compile(prepared, crossEntropy(), plan, 1, nodeRuntime, {}, rules, 1)
    : TrainSteps.compile(prepared, crossEntropy(), plan, 1, nodeRuntime, {}, rules);
  const random = new Random(5, "samples");
  const data = Float32Array.from({ length: count * size * 1024 }, () => random.normal());
  const classes = Array.from({ length: count * size }, () => random.integer(3));
  for (let call = 0; call < taken; call++) {
    const of = (all: number) => [(call * all) / calls, ((call + 1) * all) / calls] as const;
    const samples = (count * size) / calls;
    const inputs = float32(data.slice(...of(data.length)), [samples, 1024]);
    const labels = int64(classes.slice(...of(classes.length)), [samples]);
    await steps.run(values, { inputs, labels }, count / calls, size);
    if (accumulated) await steps.endWindow(values);
  }
  const tensors = [...parameters.map(({ name }) => values.get(name)), ...steps.state.tensors.toMap().values()];
  await steps.release();
  return tensors.map(({ dims, data }) => ({ dims: [...dims], data: data as Float32Array }));
}

/** Shapes and bits, which compares sooner than millions of numbers. */
function bits(tensors: Awaited<ReturnType<typeof trained>>) {
  return tensors.map(({ dims, data }) => [dims, createHash("sha256").update(data).digest("hex")]);
}

const optimizers = { adamw: adamw({ learningRate: 0.01 }), momentum: sgd({ learningRate: 0.1, momentum: 0.9 }) };

test.each(Object.entries(optimizers))(
  "%s: what is carried in blocks keeps its shape, and its bits in any number of calls",
  async (_, optimizer) => {
    const [whole, apart] = [await trained(optimizer, 1), await trained(optimizer, 4)];
    expect(whole[0]?.dims).toEqual([512, 1024]);
    expect(bits(apart)).toEqual(bits(whole));
    expect(bits(await trained(optimizer, 1, { skipNonFinite: true }))).toEqual(bits(whole));
  },
);

test.each(Object.entries(optimizers))(
  "%s: the graph that takes the step of a window gives the same",
  async (_, optimizer) => {
    const [steps, windows] = [await trained(optimizer, 4), await trained(optimizer, 4, {}, true)];
    expect(windows.map(({ dims }) => dims)).toEqual(steps.map(({ dims }) => dims));
    const [expected, actual] = [steps[0]?.data ?? [], windows[0]?.data ?? []];
    expect(actual.every((value, i) => Math.abs(value - (expected[i] ?? NaN)) < 1e-5)).toBe(true);
  },
);

test("averages are kept of what is carried in blocks", async () => {
  const averaged = await trained(optimizers.adamw, 4, { averageDecay: 0.25 });
  const large = averaged.filter(({ dims }) => dims.join() === "512,1024");
  // The parameter, two moments, and the average
  expect(large.length).toBe(4);
  let expected: number[] = [];
  for (const steps of [1, 2, 3, 4]) {
    const [parameter] = await trained(optimizers.adamw, 4, {}, false, steps);
    expected = Array.from(parameter?.data ?? [], (value, i) => {
      const before = expected[i] ?? value;
      return before + 0.75 * (value - before);
    });
  }
  const actual = large.at(-1)?.data ?? [];
  expect(expected.length).toBe(512 * 1024);
  expect(expected.every((value, i) => Math.abs(value - (actual[i] ?? NaN)) < 1e-6)).toBe(true);
});

test("large parameters and their state go from step to step without a copy", async () => {
  const { prepared } = await loadModel(network());
  const plan = trainingPlan(prepared, { optimizer: optimizers.adamw });
  const [body] = trainGraph(prepared, crossEntropy(), plan, {}).graph.nodes.flatMap(({ attributes }) => {
    const body = attributes.get("body");
    return body?.kind === "graph" ? [body.value] : [];
  });
  const scans = (body?.nodes ?? []).filter(({ op }) => op === "Scan");
  expect(scans.length).toBe(1);
  const [carried, given] = [body?.inputs ?? [], body?.outputs ?? []].map((values) => values.map(({ name }) => name));
  expect(given).toEqual(expect.arrayContaining([...(scans[0]?.outputs ?? [])]));
  // All that goes in but the gradient
  expect(scans[0]?.inputs.filter((name) => !carried?.includes(name)).length).toBe(1);
});
