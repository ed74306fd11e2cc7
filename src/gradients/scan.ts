import { GraphBuilder } from "../graph/index.ts";
import { knownType } from "./like.ts";

/** A recurrence over the first axis of some values. */
export interface Recurrence {
  /** What is carried from step to step, at the start. */
  readonly states: readonly string[];
  /** What each step reads, stacked along the first axis. */
  readonly inputs: readonly string[];
  /** Whether the steps go from the last to the first. */
  readonly backwards: boolean;
  /** Emits one step: the states after it, and what it leaves, which is stacked in the order of the inputs. */
  readonly step: (
    g: GraphBuilder,
    states: readonly string[],
    inputs: readonly string[],
  ) => { readonly states: readonly string[]; readonly outputs: readonly string[] };
}

/** Emits a recurrence as a Scan: the last states, and the stacked outputs. */
export function scan(
  g: GraphBuilder,
  { states, inputs, backwards, step }: Recurrence,
): { states: string[]; outputs: string[] } {
  const body = new GraphBuilder(g);
  const declare = (value: string) => body.input(g.fresh("step"), knownType(g, value));
  const result = step(body, states.map(declare), inputs.map(declare));
  for (const value of [...result.states, ...result.outputs]) body.output(g.fresh("step"), value);
  const direction = backwards ? 1 : 0;
  const values = g.ops("Scan", [...states, ...inputs], result.states.length + result.outputs.length, {
    body: body.build("step"),
    num_scan_inputs: inputs.length,
    scan_input_directions: inputs.map(() => direction),
    scan_output_directions: result.outputs.map(() => direction),
  });
  const type = knownType(g, inputs[0] ?? "");
  for (const value of values) g.describe(value, type, undefined);
  return { states: values.slice(0, states.length), outputs: values.slice(states.length) };
}
