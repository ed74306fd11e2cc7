import { GraphBuilder } from "../../src/graph/index.ts";
import type { Optimizer } from "../../src/optimizers/index.ts";
import { openGraph, tensor } from "../run-graph.ts";

/** The parameter and its state, by slot. */
export type Values = Readonly<Record<string, readonly number[]>>;

/** Opens an optimizer's update of one parameter; state that is not given is zeros. */
export async function openUpdate(optimizer: Optimizer, type: "float32" | "float64", size: number) {
  const g = new GraphBuilder();
  const parameter = g.input("parameter", type, [size]);
  const gradient = g.input("gradient", type, [size]);
  const named = (names: readonly string[], shape: readonly number[]) =>
    Object.fromEntries(names.map((name) => [name, g.input(name, type, shape)]));
  const state = named(optimizer.slots, [size]);
  const scalars = named(Object.keys(optimizer.scalars(0)), []);
  const updated = optimizer.emit(g, { parameter, gradient, state, scalars });
  g.output("new parameter", updated.parameter);
  for (const slot of optimizer.slots) g.output(`new ${slot}`, updated.state[slot]);
  const run = await openGraph(g);

  return async (step: number, values: Values, gradient: readonly number[]): Promise<Values> => {
    const vectors = { parameter: values["parameter"], gradient };
    const zeros = Array.from({ length: size }, () => 0);
    const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, values[slot] ?? zeros]));
    const results = await run({
      ...map({ ...vectors, ...slots }, (numbers) => tensor(type, [size], numbers ?? zeros)),
      ...map(optimizer.scalars(step), (number) => tensor(type, [], [number])),
    });
    return Object.fromEntries(["parameter", ...optimizer.slots].map((name) => [name, results[`new ${name}`] ?? []]));
  };
}

function map<T, U>(values: Readonly<Record<string, T>>, to: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, to(value)]));
}
