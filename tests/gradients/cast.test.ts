import { expect, test } from "vitest";
import { backward } from "../../src/gradients/index.ts";
import { GraphBuilder, tensorData, toTensor, workingModel, writeModel, type DataType } from "../../src/graph/index.ts";
import { loadNodeRuntime } from "../../src/runtime/index.ts";
import { inferShapes } from "../../src/steps/infer-shapes.ts";

const runtime = await loadNodeRuntime();
const codes = { float32: 1, float16: 10, float64: 11 } as const;

/** The gradient of 3 x, where the product is of another type. */
async function through(type: "float32" | "float64", between: keyof typeof codes, like: boolean): Promise<number[]> {
  const forward = new GraphBuilder();
  const x = forward.input("x", type, ["N"]);
  const other = forward.op("Cast", [forward.scalar(3, "float32")], { to: codes[between] });
  const inner = like ? forward.op("CastLike", [x, other]) : forward.op("Cast", [x], { to: codes[between] });
  const product = forward.op("Mul", [inner, other]);
  const y = like ? forward.op("CastLike", [product, x]) : forward.op("Cast", [product], { to: codes[type] });
  forward.output("y", y);
  const inferred = await inferShapes(forward.build("forward"), runtime);
  const g = new GraphBuilder();
  for (const input of inferred.inputs) g.input(input.name, input.type as DataType, input.shape);
  for (const [name, data] of inferred.initializers) g.initializer(name, data);
  for (const node of inferred.nodes) g.node(node);
  for (const value of inferred.values.values()) g.describe(value.name, value.type, value.shape);
  g.input("dy", type, ["N"]);
  const gradient = backward(g, { seeds: new Map([[inferred.outputs[0]?.name ?? "", "dy"]]), wanted: ["x"] }).get("x");
  g.output("dx", gradient ?? "");
  const session = await runtime.open(writeModel(workingModel(g.build("gradient"))), { threads: 1 });
  const feed = (values: number[]) => toTensor(tensorData(type, [values.length], values));
  const { dx } = await session.run({ x: feed([1, -2, 0.5]), dy: feed([1, 0.1, -2]) });
  await session.release();
  expect(dx?.type).toBe(type);
  return Array.from(dx?.data as Float32Array);
}

test.each(
  (["float32", "float64"] as const).flatMap((type) =>
    (["float16", "float32", "float64"] as const).flatMap((between) =>
      [false, true].map((like) => ({ type, between, like })),
    ),
  ),
)("from $type to $between and back, CastLike $like", async ({ type, between, like }) => {
  const [a = 0, b = 0, c = 0] = await through(type, between, like);
  expect([a, c]).toEqual([3, -6]);
  // 0.1 is rounded on the way
  const precision =
    between === "float16" ? 2 ** -10 : type === "float32" || between === "float32" ? 2 ** -22 : 2 ** -50;
  expect(Math.abs(b - 0.3)).toBeLessThan(precision);
});
