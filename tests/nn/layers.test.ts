import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { elementCount } from "../../src/core/index.ts";
import { backward } from "../../src/gradients/index.ts";
import {
  GraphBuilder,
  tensorData,
  toTensor,
  workingModel,
  writeModel,
  type Graph,
  type TensorData,
} from "../../src/graph/index.ts";
import { nn, type Layer } from "../../src/nn/index.ts";
import { loadNodeRuntime, type Tensors } from "../../src/runtime/index.ts";
import { inferShapes } from "../../src/steps/infer-shapes.ts";

interface Numbers {
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

interface Case {
  readonly layer: keyof typeof nn;
  readonly arguments: readonly unknown[];
  readonly input: Numbers;
  readonly output: Numbers;
  readonly seed: Numbers;
  readonly values: Readonly<Record<string, Numbers>>;
  readonly gradients: Readonly<Record<string, Numbers>>;
}

const fixture = JSON.parse(readFileSync("tests/fixtures/layers.json", "utf8")) as { cases: readonly Case[] };
const runtime = await loadNodeRuntime();
const float32 = ({ dims, values }: Numbers): TensorData => tensorData("float32", dims, values);

/** The model of one layer, with the witness's values in place of the drawn ones. */
function modelOf({ layer, arguments: given, input, values }: Case) {
  const make = nn[layer] as (...given: readonly unknown[]) => Layer;
  const model = nn.sequential([make(...given)]).toModel(input.dims.slice(1));
  const initializers = new Map(model.graph.initializers);
  for (const [name, numbers] of Object.entries(values)) {
    expect(initializers.get(`0.${name}`)?.dims, name).toEqual(numbers.dims);
    initializers.set(`0.${name}`, float32(numbers));
  }
  return { ...model, graph: { ...model.graph, initializers } };
}

/** The scores, and the gradients of sum(seed x scores). */
async function gradientGraph(forward: Graph, wanted: readonly string[]): Promise<Graph> {
  const { values } = await inferShapes(forward, runtime);
  const g = new GraphBuilder();
  for (const [name, data] of forward.initializers) g.initializer(name, data);
  for (const { name, type, shape } of forward.inputs) g.input(name, type ?? "float32", shape);
  for (const node of forward.nodes) g.node(node);
  for (const { name, type, shape } of values.values()) g.describe(name, type, shape);
  g.input("seed", "float32", g.shapeOf("scores"));
  const gradients = backward(g, { seeds: new Map([["scores", "seed"]]), wanted });
  for (const [name, gradient] of gradients) g.output(`gradient ${name}`, gradient);
  return g.build("gradient");
}

function expectClose(actual: Tensors[string] | undefined, expected: Numbers, what: string) {
  expect(actual?.dims, what).toEqual(expected.dims);
  const data = Array.from(actual?.data as Float32Array);
  const scale = Math.max(1e-3, ...expected.values.map(Math.abs));
  const worst = Math.max(...data.map((value, i) => Math.abs(value - expected.values[i]!) / scale));
  expect(worst, what).toBeLessThan(2e-6);
}

describe.each(fixture.cases)("$layer $arguments", (sample) => {
  const embedding = sample.layer === "embedding";
  const input = embedding ? tensorData("int64", sample.input.dims, sample.input.values) : float32(sample.input);

  test("gives PyTorch's result in the opset that is exported", async () => {
    const session = await runtime.open(writeModel(modelOf(sample)), { threads: 1 });
    expect(session.outputs[0]?.shape?.slice(1)).toEqual(sample.output.dims.slice(1));
    const { scores } = await session.run({ input: toTensor(input) });
    expectClose(scores, sample.output, "scores");
    await session.release();
  });

  test("gives PyTorch's gradients", async () => {
    const { graph } = modelOf(sample);
    const nameOf = (name: string) => (name === "input" ? name : `0.${name}`);
    const names = Object.keys(sample.gradients);
    const gradients = await gradientGraph(graph, names.map(nameOf));
    const session = await runtime.open(writeModel(workingModel(gradients)), { threads: 1 });
    const results = await session.run({ input: toTensor(input), seed: toTensor(float32(sample.seed)) });
    for (const name of names) {
      const numbers = sample.gradients[name]!;
      expect(elementCount(numbers.dims)).toBe(numbers.values.length);
      expectClose(results[`gradient ${nameOf(name)}`], numbers, name);
    }
    await session.release();
  });
});

test("every layer has a case", () => {
  const covered = new Set<string>(fixture.cases.map(({ layer }) => layer));
  const whole = ["sequential", "mlp", "cnn", "tableMlp"];
  expect(Object.keys(nn).filter((name) => !covered.has(name) && !whole.includes(name))).toEqual([]);
});
