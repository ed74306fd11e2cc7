import { integer } from "./arguments.ts";
import { standardNormal } from "./initialization.ts";
import type { Layer } from "./layer.ts";

/**
 * Looks up a learnt vector for each index: samples [...] of int64 become [..., dimensions].
 *
 * Indices are in [0, count); the runtime refuses others, but for negative ones, which count from the end. A model that
 * begins with this layer has an int64 input. Initial vectors are standard normal, as those of PyTorch's `Embedding`.
 *
 * @throws OnwardError `usage` when a count is not a positive integer
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.embedding(1000, 16), nn.flatten(), nn.linear(160, 2)], { inputShape: [10] }).toModel();
 * ```
 */
export function embedding(count: number, dimensions: number): Layer {
  integer("embedding", "count", count);
  integer("embedding", "dimensions", dimensions);
  return {
    name: "embedding",
    inputType: "int64",
    emit({ g, input, sampleShape, parameter }) {
      const weight = parameter("weight", (random) => standardNormal(random, [count, dimensions]));
      const indices = g.typeOf(input) === "int64" ? input : g.op("Cast", [input], { to: 7 });
      return { value: g.op("Gather", [weight, indices], { axis: 0 }), sampleShape: [...sampleShape, dimensions] };
    },
  };
}
