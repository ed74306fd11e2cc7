import { elementCount, Random, type Tensor } from "../core/index.ts";
import { isStatic, tensorData, toTensor, writeModel, type DataType, type Model } from "../graph/index.ts";
import type { Runtime, Tensors } from "../runtime/index.ts";
import { scoresOutput } from "./scores-output.ts";

/** How far the runtime's results for one sample may lie apart between batch sizes, relative to the largest score. */
const tolerance = 1e-3;

/**
 * Tells whether a model gives for two batches in one what another gives for each of them: both are run on random samples.
 *
 * @param size - the number of samples that `one` takes
 */
export async function computesAlike(one: Model, both: Model, size: number, runtime: Runtime): Promise<boolean> {
  const [first, second, joined] = randomFeeds(one, size);
  if (first === undefined || second === undefined || joined === undefined) return false;
  const parts = await scores(one, [first, second], runtime);
  const [whole] = await scores(both, [joined], runtime);
  const expected = parts.flatMap(({ data }) => Array.from(data as ArrayLike<number>));
  const got = Array.from((whole?.data ?? []) as ArrayLike<number>);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    got.length === expected.length &&
    expected.every((value, i) => Math.abs(value - (got[i] ?? NaN)) <= tolerance * largest)
  );
}

/** Feeds for two batches and for both in one; none where an input's shape or type is not known. */
function randomFeeds({ graph }: Model, size: number): Record<string, Tensor>[] {
  const random = new Random(0, "computesAlike");
  const feeds: Record<string, Tensor>[] = [{}, {}, {}];
  for (const { name, type, shape } of graph.inputs) {
    if (graph.initializers.has(name)) continue;
    if (type === undefined || !isStatic(shape) || !(type in draws)) return [];
    const values = Array.from({ length: 2 * elementCount(shape) }, () => draws[type as keyof typeof draws](random));
    const tensor = (part: readonly number[], samples: number) =>
      toTensor(tensorData(type as keyof typeof draws, [samples, ...shape.slice(1)], part));
    const half = values.length / 2;
    const tensors = [tensor(values.slice(0, half), size), tensor(values.slice(half), size), tensor(values, 2 * size)];
    for (const [i, feed] of feeds.entries()) feed[name] = tensors[i] as Tensor;
  }
  return feeds;
}

/** Values that any model takes: 0 and 1 are valid as token, mask and position. */
const bit = (random: Random) => random.integer(2);
const draws = {
  float32: (random: Random) => random.uniform(-1, 1),
  float64: (random: Random) => random.uniform(-1, 1),
  int64: bit,
  int32: bit,
  uint8: bit,
  bool: () => 1,
} as const satisfies Partial<Record<DataType, (random: Random) => number>>;

async function scores(model: Model, feeds: readonly Tensors[], runtime: Runtime): Promise<Tensor[]> {
  const output = scoresOutput(model.graph) ?? { name: "" };
  const session = await runtime.open(writeModel({ ...model, graph: { ...model.graph, outputs: [output] } }));
  const results: Tensor[] = [];
  for (const feed of feeds) {
    const outputs = await session.run(feed);
    results.push(outputs[output.name] as Tensor);
  }
  await session.release();
  return results;
}
