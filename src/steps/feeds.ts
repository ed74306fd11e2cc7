import { OnwardError, show, Tensor } from "../core/index.ts";
import type { Batch } from "../data/index.ts";
import type { Dim } from "../graph/index.ts";
import type { PreparedModel } from "./prepared-model.ts";

/**
 * The model's inputs from a batch, by name. A bare tensor feeds the only input.
 *
 * @param size - how many samples are computed at once, where `inputs` hold more
 * @throws OnwardError `data` when an input is missing, unknown, or of another type or shape
 */
export function inputFeeds(prepared: PreparedModel, inputs: Batch["inputs"], size?: number): Record<string, Tensor> {
  const expected = prepared.inputs.map(({ name }) => name);
  const bare = inputs instanceof Tensor;
  if (bare && expected.length !== 1) {
    throw new OnwardError("data", {
      expected: `inputs by name: ${expected.join(", ")}`,
      got: "one tensor without a name",
    });
  }
  const named: Readonly<Record<string, Tensor>> = bare
    ? { [expected[0] ?? ""]: inputs }
    : (inputs as Readonly<Record<string, Tensor>>);
  const unknown = Object.keys(named).find((name) => !expected.includes(name));
  if (unknown !== undefined) {
    throw new OnwardError("data", { expected: `inputs ${expected.join(", ")}`, got: show(unknown) });
  }
  return Object.fromEntries(
    prepared.inputs.map(({ name, type, shape }) => {
      const tensor = Object.hasOwn(named, name) ? named[name] : undefined;
      const where = `input ${show(name)} of the model`;
      if (tensor === undefined) throw new OnwardError("data", { expected: "a tensor", got: "none", where });
      if (type !== undefined && tensor.type !== type) {
        throw new OnwardError("data", { expected: `elements of type ${type}`, got: tensor.type, where });
      }
      const dims = size === undefined ? tensor.dims : [size, ...tensor.dims.slice(1)];
      if (shape !== undefined && !fits(dims, shape)) {
        const { fixedBatch } = prepared;
        const fixed = fixedBatch !== undefined && fits([shape[0] as number, ...dims.slice(1)], shape);
        throw new OnwardError("data", {
          expected: `shape ${describe(shape)}`,
          got: show([...dims]),
          where,
          ...(fixed && {
            advice: `the model was exported for batches of this one size, which could not be opened, as ${fixedBatch}: export it with a dynamic first dimension`,
          }),
        });
      }
      return [name, tensor];
    }),
  );
}

function fits(dims: readonly number[], shape: readonly Dim[]): boolean {
  return dims.length === shape.length && shape.every((dim, i) => typeof dim !== "number" || dim === dims[i]);
}

function describe(shape: readonly Dim[]): string {
  return `[${shape.map((dim) => dim ?? "?").join(", ")}]`;
}
