import { integer } from "./arguments.ts";
import { flatten } from "./flatten.ts";
import type { Layer } from "./layer.ts";
import { linear } from "./linear.ts";
import { relu } from "./relu.ts";
import { sequential, type Sequential } from "./sequential.ts";

/** Options of `mlp`. */
export interface MlpOptions {
  /** Values of one sample, whatever its shape. */
  readonly inputs: number;
  /** Widths of the hidden layers, the first first; may be empty. */
  readonly hidden: readonly number[];
  readonly classes: number;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * Makes a multilayer perceptron: flatten, then linear and relu for each hidden width, then linear to the classes.
 *
 * Its scores are logits.
 *
 * @throws OnwardError `usage` when a width is not a positive integer
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.mlp({ inputs: 784, hidden: [256, 128], classes: 10, seed: 7 }).toModel([28, 28]);
 * ```
 */
export function mlp({ inputs, hidden, classes, seed = 0 }: MlpOptions): Sequential {
  integer("mlp", "inputs", inputs);
  hidden.forEach((width) => integer("mlp", "each hidden width", width));
  integer("mlp", "classes", classes);
  const widths = [inputs, ...hidden];
  const layers: Layer[] = hidden.flatMap((width, i) => [linear(widths[i] ?? 0, width), relu()]);
  return sequential([flatten(), ...layers, linear(widths.at(-1) ?? 0, classes)], { seed });
}
