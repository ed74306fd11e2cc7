import { expect, test } from "vitest";
import { typedArray, verifyModel, writeModel } from "../graph/index.ts";
import { tensor } from "../../tests/run-graph.ts";
import { nodeRuntime } from "../runtime/node.ts";
import { nn } from "./index.ts";

test("joins the numbers with the vector of each category, in the order of the columns", async () => {
  const model = nn.tableMlp({ numbers: 2, categories: [3, 5], hidden: [], classes: 2, seed: 7 });
  verifyModel(model, "test");
  const values = (name: string) => Array.from(typedArray(model.graph.initializers.get(name)!), Number);
  const dims = (name: string) => model.graph.initializers.get(name)!.dims;
  const session = await nodeRuntime.open(writeModel(model), { threads: 1 });
  const rows = [
    { numbers: [0.5, -1], categories: [0, 5] },
    { numbers: [2, 0.25], categories: [3, 1] },
  ];
  const { scores } = await session.run({
    numbers: tensor(
      "float32",
      [2, 2],
      rows.flatMap(({ numbers }) => numbers),
    ),
    categories: tensor(
      "int64",
      [2, 2],
      rows.flatMap(({ categories }) => categories),
    ),
  });
  const [weight, bias] = [values("layers.0.weight"), values("layers.0.bias")];
  const expected = rows.flatMap(({ numbers, categories }) => {
    const vectors = categories.flatMap((index, column) => {
      const size = dims(`embeddings.${column}.weight`)[1] ?? 0;
      return values(`embeddings.${column}.weight`).slice(index * size, (index + 1) * size);
    });
    const x = [...numbers, ...vectors];
    return bias.map((b, k) => x.reduce((sum, value, i) => sum + value * (weight[k * x.length + i] ?? NaN), b));
  });
  const got = Array.from(scores!.data, Number);
  expect(got.length).toBe(4);
  got.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  await session.release();
});

test("without numbers it has one input", () => {
  const { graph } = nn.tableMlp({ numbers: 0, categories: [2], hidden: [4], classes: 2 });
  expect(graph.inputs.map(({ name }) => name)).toEqual(["categories"]);
});

test("refuses a table without categories, and counts that are none", () => {
  expect(() => nn.tableMlp({ numbers: 2, categories: [], hidden: [4], classes: 2 })).toThrow(
    "Expected a column of categories, got [] (tableMlp). Use nn.mlp.",
  );
  expect(() => nn.tableMlp({ numbers: 2, categories: [0], hidden: [4], classes: 2 })).toThrow(
    "each count of categories",
  );
});
