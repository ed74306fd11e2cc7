import { expect, test } from "vitest";
import { openGraph, tensor } from "../../tests/run-graph.ts";
import { GraphBuilder } from "./builder.ts";
import { blockCount, inBlocks } from "./in-blocks.ts";

test("a computation in blocks gives the bits that it gives at once", async () => {
  const shape = [3, 5, 2 ** 16];
  const count = 15 * 2 ** 16;
  const g = new GraphBuilder();
  const [x, y, scale] = [
    g.input("x", "float32", shape),
    g.input("y", "float32", shape),
    g.input("scale", "float32", []),
  ];
  const emit = (inner: GraphBuilder, [a = "", b = ""]: readonly string[]) => {
    const product = inner.mul(inner.mul(a, b), scale);
    return [inner.op("Tanh", [product]), inner.add(product, 0.25)];
  };
  for (const [i, value] of emit(g, [x, y]).entries()) g.output(`whole${i}`, value);
  for (const [i, value] of inBlocks(g, [x, y], shape, emit).entries()) g.output(`blocks${i}`, value);
  expect(g.nodes.map(({ op }) => op)).toContain("Scan");
  const values = (seed: number) =>
    tensor(
      "float32",
      shape,
      Array.from({ length: count }, (_, i) => Math.sin(i * seed)),
    );
  const run = await openGraph(g);
  const results = await run({ x: values(0.1), y: values(0.7), scale: tensor("float32", [], [1.7]) });
  expect(results["blocks0"]).toEqual(results["whole0"]);
  expect(results["blocks1"]).toEqual(results["whole1"]);
  expect(new Set(results["whole0"]).size).toBeGreaterThan(1000);
});

test("blocks are of equal size, near to 262,144 elements, and few tensors have none that fit", () => {
  expect(blockCount(2 ** 22)).toBe(16);
  expect((30522 * 384) % blockCount(30522 * 384)).toBe(0);
  expect((30522 * 384) / blockCount(30522 * 384)).toBeGreaterThan(2 ** 17);
  expect((30522 * 384) / blockCount(30522 * 384)).toBeLessThan(2 ** 19);
  // What is small, and a prime number of elements
  expect(blockCount(384 * 384)).toBe(1);
  expect(blockCount(1_000_003)).toBe(1);
});
