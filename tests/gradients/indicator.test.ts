import { describe, expect, test } from "vitest";
import { GraphBuilder, tensorData, toTensor, workingModel, writeModel, type DataType } from "../../src/graph/index.ts";
import { greaterThan, lessThan, positive } from "../../src/gradients/indicator.ts";
import { loadNodeRuntime } from "../../src/runtime/index.ts";

const runtime = await loadNodeRuntime();

async function apply(
  emit: (g: GraphBuilder, x: string) => string,
  values: readonly number[],
  type: DataType = "float32",
): Promise<number[]> {
  const g = new GraphBuilder();
  g.output("y", emit(g, g.input("x", type, [values.length])));
  const session = await runtime.open(writeModel(workingModel(g.build("indicator"))), { threads: 1 });
  const { y } = await session.run({ x: toTensor(tensorData(type as "float32", [values.length], values)) });
  await session.release();
  return Array.from(y?.data as Float32Array);
}

describe.each(["float32", "float64"] as const)("%s", (type) => {
  test("positive is 1 above zero, whatever the size, and 0 at zero and below", async () => {
    const values = [2 ** -126, 1e-30, 1, 3e38, Infinity, 0, -0, -(2 ** -126), -1, -3e38, -Infinity];
    const indicators = (await apply(positive, values, type)).map((value) => value + 0);
    expect(indicators).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  });

  test("bounds are exclusive, to the last bit", async () => {
    const [below, above] = [6 - 2 ** -21, 6 + 2 ** -21];
    const values = [below, 6, above, -1e30, 1e30];
    const clean = (list: number[]) => list.map((value) => value + 0);
    expect(clean(await apply((g, x) => greaterThan(g, x, 6), values, type))).toEqual([0, 0, 1, 0, 1]);
    expect(clean(await apply((g, x) => lessThan(g, x, 6), values, type))).toEqual([1, 0, 0, 1, 0]);
  });
});

test("of a subnormal number positive gives a part, between 0 and 1", async () => {
  const [part] = await apply(positive, [1e-40]);
  expect(part).toBeGreaterThanOrEqual(0);
  expect(part).toBeLessThanOrEqual(1);
});

test("NaN in the gradient stays NaN", async () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [2]);
  g.output("y", g.mul(x, positive(g, x)));
  const session = await runtime.open(writeModel(workingModel(g.build("nan"))), { threads: 1 });
  const { y } = await session.run({ x: toTensor(tensorData("float32", [2], [NaN, 2])) });
  expect(Array.from(y?.data as Float32Array)).toEqual([NaN, 2]);
  await session.release();
});
