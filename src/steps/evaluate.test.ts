import { describe, expect, test } from "vitest";
import { float32, int64, Random, type Tensor } from "../core/index.ts";
import { crossEntropy } from "../criteria/index.ts";
import { nn } from "../nn/index.ts";
import { nodeRuntime } from "../runtime/node.ts";
import type { Runtime } from "../runtime/index.ts";
import { EvaluateSteps } from "./evaluate.ts";
import { loadModel } from "./load-model.ts";
import type { Outcome } from "./outcome.ts";

const convolutional = nn.sequential([nn.conv2d(1, 4, 3), nn.batchNorm(4), nn.relu(), nn.flatten(), nn.linear(144, 3)], {
  seed: 1,
});
const random = new Random(5, "samples");
const inputs = float32(
  Array.from({ length: 12 * 64 }, () => random.normal()),
  [12, 1, 8, 8],
);
const labels = int64(
  Array.from({ length: 12 }, (_, i) => i % 3),
  [12],
);
const batch = { inputs, labels };

/** Steps, and how many sessions were opened for them. */
async function stepsOf(model = convolutional.toModel([1, 8, 8])) {
  const { prepared, values } = await loadModel(model);
  let opened = 0;
  const runtime: Runtime = { ...nodeRuntime, open: (...given) => (opened++, nodeRuntime.open(...given)) };
  return { values, steps: EvaluateSteps.compile(prepared, crossEntropy(), runtime, {}), opened: () => opened };
}

function numbers({ terms, scores }: Outcome): number[] {
  return [terms, scores].flatMap(({ data }: Tensor) => [...(data as Float32Array)]);
}

function furthest(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

describe("evaluation", () => {
  test("gives the same bits however many batches one call takes", async () => {
    const { steps, values } = await stepsOf();
    const whole = numbers(await steps.run(values, batch, 3, 4));
    const parts: Outcome[] = [];
    for (const i of [0, 1, 2])
      parts.push(
        await steps.run(
          values,
          {
            ...batch,
            labels: int64((labels.data as BigInt64Array).slice(4 * i, 4 * i + 4), [4]),
            rows: Int32Array.of(4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3),
          },
          1,
          4,
        ),
      );
    expect([
      ...parts.flatMap(({ terms }) => [...(terms.data as Float32Array)]),
      ...parts.flatMap(({ scores }) => [...(scores.data as Float32Array)]),
    ]).toEqual(whole);
  });

  test("a long pass holds its values as constants, and says the same to rounding", async () => {
    const { steps, values, opened } = await stepsOf();
    const general = numbers(await steps.run(values, batch, 1, 12));
    await steps.begin(values, 8);
    expect(opened()).toBe(2);
    expect(furthest(numbers(await steps.run(values, batch, 1, 12)), general)).toBeLessThan(1e-5);
    // The same values again need nothing new
    await steps.begin(values.copy(), 8);
    expect(opened()).toBe(2);
  });

  test("other values are never judged by a session that holds these", async () => {
    const { steps, values } = await stepsOf();
    await steps.begin(values, 8);
    const before = numbers(await steps.run(values, batch, 1, 12));
    const moved = values.copy();
    const [name = ""] = values.names.filter((each) => each.includes("weight"));
    const { data, dims } = values.get(name);
    moved.set(
      name,
      float32(
        (data as Float32Array).map((value) => value + 0.5),
        dims,
      ),
    );
    const after = numbers(await steps.run(moved, batch, 1, 12));
    expect(furthest(after, before)).toBeGreaterThan(1e-3);
    await steps.begin(moved, 8);
    expect(furthest(numbers(await steps.run(moved, batch, 1, 12)), after)).toBeLessThan(1e-5);
    await steps.rest();
    expect(numbers(await steps.run(moved, batch, 1, 12))).toEqual(after);
  });

  test("a short pass, and one of a network without convolutions, opens no session of its own", async () => {
    const conv = await stepsOf();
    await conv.steps.begin(conv.values, 7);
    const mlp = await stepsOf(nn.sequential([nn.linear(4, 3)], { seed: 1 }).toModel([4]));
    await mlp.steps.begin(mlp.values, 199);
    expect([conv.opened(), mlp.opened()]).toEqual([0, 0]);
    await mlp.steps.begin(mlp.values, 200);
    expect(mlp.opened()).toBe(1);
  });
});
