import { checkSeed, OnwardError, Random, show, version } from "../core/index.ts";
import { GraphBuilder, metadataKeys, type Model, type TensorData } from "../graph/index.ts";
import { integer } from "./arguments.ts";
import { embedding } from "./embedding.ts";
import type { LayerContext } from "./layer.ts";
import { linear } from "./linear.ts";
import { relu } from "./relu.ts";

/** Options of `tableMlp`. */
export interface TableMlpOptions {
  /** Numbers of one sample; may be 0. */
  readonly numbers: number;
  /** For each column of categories how many there are; index 0 stands for a missing one, besides. */
  readonly categories: readonly number[];
  /** Widths of the hidden layers, the first first; may be empty. */
  readonly hidden: readonly number[];
  readonly classes: number;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * Makes a multilayer perceptron for a table whose categories are indices: a learnt vector for each category, joined with the numbers,
 * then linear and relu for each hidden width, then linear to the classes.
 *
 * Its inputs are `numbers` [N, numbers], where there are any, and the int64 `categories` [N, columns], as `table` with the encoding "index"
 * gives them. A column of n categories gets vectors of min(600, round(1.6 n^0.56)) values (fastai's rule); a missing category has one, too.
 * Its scores are logits.
 *
 * @throws OnwardError `usage` when a count is not a positive integer, or there is no column of categories
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.tableMlp({ numbers: 3, categories: [4, 12], hidden: [32], classes: 2, seed: 7 });
 * ```
 */
export function tableMlp({ numbers, categories, hidden, classes, seed = 0 }: TableMlpOptions): Model {
  const where = "tableMlp";
  checkSeed(seed);
  if (numbers !== 0) integer(where, "numbers", numbers);
  categories.forEach((count) => integer(where, "each count of categories", count));
  hidden.forEach((width) => integer(where, "each hidden width", width));
  integer(where, "classes", classes);
  if (categories.length === 0) {
    throw new OnwardError("usage", { expected: "a column of categories", got: show([]), where, advice: "use nn.mlp" });
  }
  const g = new GraphBuilder();
  const parameters: string[] = [];
  const context = (prefix: string, input: string, sampleShape: readonly number[]): LayerContext => ({
    g,
    input,
    sampleShape,
    where: prefix,
    parameter: (name, make) => {
      parameters.push(`${prefix}.${name}`);
      return g.initializer(`${prefix}.${name}`, make(new Random(seed, `${prefix}.${name}`)));
    },
    buffer: (name: string, data: TensorData) => g.initializer(`${prefix}.${name}`, data),
  });
  const parts = numbers === 0 ? [] : [g.input("numbers", "float32", ["N", numbers])];
  let width = numbers;
  const indices = g.input("categories", "int64", ["N", categories.length]);
  for (const [i, count] of categories.entries()) {
    const column = g.op("Gather", [indices, g.int(i)], { axis: 1 });
    const dimensions = Math.min(600, Math.round(1.6 * count ** 0.56));
    parts.push(embedding(count + 1, dimensions).emit(context(`embeddings.${i}`, column, [])).value);
    width += dimensions;
  }
  let value = parts.length === 1 ? (parts[0] as string) : g.concat(parts, 1);
  for (const [i, outputs] of [...hidden, classes].entries()) {
    value = linear(width, outputs).emit(context(`layers.${2 * i}`, value, [width])).value;
    if (i < hidden.length) value = relu().emit(context(`layers.${2 * i + 1}`, value, [outputs])).value;
    width = outputs;
  }
  g.output("scores", value, ["N", classes]);
  return {
    irVersion: 9,
    opsets: new Map([["", 20]]),
    graph: g.build("tableMlp"),
    functions: [],
    metadata: new Map([[metadataKeys.parameters, JSON.stringify(parameters)]]),
    producer: { name: "onward", version },
  };
}
