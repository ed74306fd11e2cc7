import { Tensor } from "../src/core/index.ts";
import { verifyModel, writeModel, type Graph, type GraphBuilder, type Model } from "../src/graph/index.ts";
import { nodeRuntime } from "../src/runtime/node.ts";
import type { Session, Tensors } from "../src/runtime/index.ts";

/** Opens what was built in the runtime, and runs it with feeds that are numbers and shapes. */
export async function openGraph(g: GraphBuilder): Promise<(feeds: Tensors) => Promise<Record<string, number[]>>> {
  const graph: Graph = g.build("test");
  const model: Model = {
    irVersion: 10,
    opsets: new Map([
      ["", 26],
      ["com.microsoft", 1],
    ]),
    graph,
    functions: [],
    metadata: new Map(),
    producer: { name: "onward", version: "test" },
  };
  verifyModel(model, "test");
  const session: Session = await nodeRuntime.open(writeModel(model), { threads: 1 });
  return async (feeds) => {
    const results = await session.run(feeds);
    return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]));
  };
}

/** The names that JSON has for numbers that it cannot hold, as numbers again. */
export function fromJson(values: readonly (number | string)[]): number[] {
  return values.map(Number);
}

/** A tensor of a type from numbers. */
export function tensor(
  type: "float32" | "float64" | "int64",
  dims: readonly number[],
  values: readonly number[],
): Tensor {
  if (type === "int64") return new Tensor(type, BigInt64Array.from(values, BigInt), dims);
  return new Tensor(type, type === "float32" ? Float32Array.from(values) : Float64Array.from(values), dims);
}

/** How far a result is from what is expected, in units of the tolerance |expected| relative + absolute; NaN fits NaN alone. */
export function worst(
  actual: readonly number[],
  expected: readonly number[],
  { relative, absolute }: { relative: number; absolute: number },
): number {
  if (actual.length !== expected.length) return Infinity;
  return Math.max(
    ...actual.map((value, i) => {
      const wanted = expected[i]!;
      if (Object.is(value, wanted) || value === wanted) return 0;
      const distance = Math.abs(value - wanted) / (Math.abs(wanted) * relative + absolute);
      return Number.isNaN(distance) ? Infinity : distance;
    }),
  );
}
