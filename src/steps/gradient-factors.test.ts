import { expect, test } from "vitest";
import { float32, int64, Random } from "../core/index.ts";
import { crossEntropy } from "../criteria/index.ts";
import { nn } from "../nn/index.ts";
import { sgd, type Optimizer } from "../optimizers/index.ts";
import { nodeRuntime } from "../runtime/node.ts";
import { loadModel } from "./load-model.ts";
import { trainGraph } from "./train-graph.ts";
import { TrainSteps } from "./train.ts";
import { trainingPlan } from "./training-plan.ts";
import type { UpdateRules } from "./update-rules.ts";

const network = () => nn.sequential([nn.linear(6, 5), nn.relu(), nn.linear(5, 3)], { seed: 1 }).toModel([6]);

/** The parameters after five steps, and the ops of the graph's body. */
async function trained(optimizer: Optimizer, rules: UpdateRules) {
  const { prepared, values, parameters } = await loadModel(network());
  const plan = trainingPlan(prepared, { optimizer });
  const steps = TrainSteps.compile(prepared, crossEntropy(), plan, 1, nodeRuntime, {}, rules);
  const random = new Random(5, "samples");
  const inputs = float32(
    Array.from({ length: 5 * 8 * 6 }, () => random.normal()),
    [40, 6],
  );
  const labels = int64(
    Array.from({ length: 40 }, () => random.integer(3)),
    [40],
  );
  await steps.run(values, { inputs, labels }, 5, 8);
  const [loop] = trainGraph(prepared, crossEntropy(), plan, rules).graph.nodes;
  const body = loop?.attributes.get("body");
  return {
    values: parameters.flatMap(({ name }) => [...(values.get(name).data as Float32Array)]),
    // Of an update: a parameter less something
    updates:
      body?.kind === "graph"
        ? body.value.nodes.filter(
            ({ op, inputs: [first = ""] }) => op === "Sub" && parameters.some(({ name }) => name === first),
          ).length
        : NaN,
  };
}

test("plain descent is one product added to each parameter of a linear layer, weights and biases", async () => {
  const [direct, written] = [
    await trained(sgd({ learningRate: 0.5 }), {}),
    // A bound that nothing reaches, but for which gradients have to be there
    await trained(sgd({ learningRate: 0.5 }), { clipValue: 1e30 }),
  ];
  expect([direct.updates, written.updates]).toEqual([0, 4]);
  expect(Math.max(...direct.values.map((value, i) => Math.abs(value - written.values[i]!)))).toBeLessThan(1e-6);
  const start = (await loadModel(network())).values;
  expect(direct.values[0]).not.toBe((start.get(start.names[0]!).data as Float32Array)[0]);
});

test.each([
  ["momentum", sgd({ momentum: 0.9 }), {}],
  ["weight decay", sgd({ weightDecay: 0.1 }), {}],
  ["a bound of the norm", sgd(), { clipNorm: 1 }],
  ["a guard", sgd(), { skipNonFinite: true }],
] as const)("%s needs the gradients themselves", async (_, optimizer, rules) => {
  expect((await trained(optimizer, rules)).updates).toBe(4);
});
