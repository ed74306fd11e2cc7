import { GraphBuilder } from "./builder.ts";

/**
 * How many elements a block should have: with a few tensors of as many it stays in the processor's caches, and an op over it takes
 * long enough for handing it to several threads not to count.
 */
const wanted = 2 ** 18;

/** Blocks of fewer elements would cost more to go through than they save. */
const least = 2 ** 14;

/**
 * Emits a computation of each element by itself block after block, as a Scan: what is computed on the way of a large tensor then
 * stays in the processor's cache, and each value goes through memory once instead of once for each op. The results are the same
 * bits, as each element's are.
 *
 * @param values - tensors of as many elements, whose element type is known
 * @param shape - theirs, and that of the results
 * @param emit - emits the computation of a block: as many values as `values` go in
 * @returns the results, in the order of `emit`; computed at once where the number of elements has no fitting divisor
 */
export function inBlocks(
  g: GraphBuilder,
  values: readonly string[],
  shape: readonly number[],
  emit: (g: GraphBuilder, values: readonly string[]) => readonly string[],
): readonly string[] {
  const blocked = blockedShape(shape);
  if (blocked === undefined) return emit(g, values);
  const body = new GraphBuilder(g);
  const size = blocked[1];
  const types = values.map((value) => g.typeOf(value) ?? "float32");
  const inputs = types.map((type) => body.input(g.fresh("block"), type, [size]));
  const results = emit(body, inputs);
  for (const [i, result] of results.entries()) {
    // An Identity would copy: only what has another name already needs one.
    const named = inputs.includes(result) || results.indexOf(result) !== i;
    body.output(named ? g.fresh("block") : result, result, [size]);
  }
  const stacked = values.map((value) => reshapedFrom(g, value, blocked) ?? g.reshape(value, blocked));
  const outputs = g.ops("Scan", stacked, results.length, { body: body.build("block"), num_scan_inputs: values.length });
  return outputs.map((output, i) => {
    g.describe(output, body.typeOf(results[i] ?? ""), blocked);
    const result = g.reshape(output, shape);
    g.describe(result, body.typeOf(results[i] ?? ""), shape);
    return result;
  });
}

/** How many blocks of how many elements a tensor is computed in; undefined where it is computed at once. */
export function blockedShape(shape: readonly number[]): readonly [number, number] | undefined {
  const count = shape.reduce((product, dim) => product * dim, 1);
  const blocks = blockCount(count);
  return blocks === 1 ? undefined : [blocks, count / blocks];
}

/** The value of a shape of which another one is a reshape; undefined where there is none. */
export function reshapedFrom(g: GraphBuilder, value: string, shape: readonly number[]): string | undefined {
  const node = g.producer(value);
  const source = node?.op === "Reshape" ? node.inputs[0] : undefined;
  return source !== undefined && g.shapeOf(source)?.join() === shape.join() ? source : undefined;
}

/** Into how many equal blocks so many elements are cut: as near to the size that is wanted as a divisor comes. */
export function blockCount(count: number): number {
  if (count < 2 * wanted) return 1;
  let best = 1;
  for (let blocks = 2; count / blocks >= least; blocks++) {
    if (count % blocks !== 0) continue;
    if (distance(count / blocks) < distance(count / best)) best = blocks;
    if (count / blocks <= wanted) break;
  }
  return count / best > 8 * wanted ? 1 : best;
}

function distance(size: number): number {
  return Math.abs(Math.log2(size / wanted));
}
