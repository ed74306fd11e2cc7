import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  optimizers,
  reduceOnPlateau,
  schedules,
  type Optimizer,
  type PlateauOptions,
  type PlateauState,
} from "../../src/optimizers/index.ts";
import * as everything from "../../src/optimizers/index.ts";
import { parse, stringify } from "../../src/core/index.ts";
import { fromJson, worst } from "../run-graph.ts";
import { openUpdate, type Values } from "./open-update.ts";

/** A case of tests/witnesses/optimizers.py: PyTorch's values after the first and the last step. */
interface Case {
  options: Record<string, unknown>;
  float64: { first: Values; last: Values };
  float32: { first: Values; last: Values };
}

interface ScheduleCase {
  schedule: keyof typeof schedules;
  options: Record<string, unknown>;
  then?: ScheduleCase;
  schedules?: ScheduleCase[];
  rates: number[];
}

interface PlateauCase {
  options: PlateauOptions;
  values: (number | string)[];
  rates: number[];
  bad: number[];
  cooldown: number[];
}

type Name = keyof typeof optimizers;
type Fixture = Record<Name, Case[]> & {
  start: number[];
  gradients: number[][];
  schedules: ScheduleCase[];
  plateau: PlateauCase[];
};
const fixture = JSON.parse(readFileSync("tests/fixtures/optimizers.json", "utf8")) as Fixture;

const make = (name: Name, options: object): Optimizer => (optimizers[name] as (options: object) => Optimizer)(options);
/** PyTorch's names of the state, by ours where they differ. */
const stateNames: Readonly<Record<string, string>> = { momentum: "momentum_buffer" };

/** Of float32, relative to the largest value that an element has had: a few roundings in one step, those of 50 in the end. */
const roundings = { first: 4 * 2 ** -24, last: 50 * 2 ** -24 };

test("every optimizer that is exported has a place in the registry and in the fixture", () => {
  const makers = Object.entries(everything).filter(
    ([, value]) => typeof value === "function" && value !== reduceOnPlateau,
  );
  expect(makers.map(([name]) => name).sort()).toEqual(Object.keys(optimizers).sort());
  for (const name of Object.keys(optimizers) as Name[]) expect(fixture[name].length, name).toBeGreaterThan(3);
  expect([...new Set(fixture.schedules.map(({ schedule }) => schedule))].sort()).toEqual(Object.keys(schedules).sort());
  expect([fixture.gradients.length, ...fixture.schedules.map(({ rates }) => rates.length)].every((n) => n === 50)).toBe(
    true,
  );
});

describe.each(Object.keys(optimizers) as Name[])("%s agrees with PyTorch", (name) => {
  test.each(fixture[name].map((c) => [JSON.stringify(c.options), c] as const))("%s", async (_, c) => {
    const optimizer = make(name, c.options);
    const inSingle = await openUpdate(optimizer, "float32", fixture.start.length);
    const inDouble = await openUpdate(optimizer, "float64", fixture.start.length);
    let single: Values = { parameter: fixture.start };
    let double: Values = single;
    let largest: Values = single;
    for (const [i, gradient] of fixture.gradients.entries()) {
      single = await inSingle(i, single, gradient);
      double = await inDouble(i, double, gradient);
      largest = larger(largest, double);
      const when = i === 0 ? "first" : i === fixture.gradients.length - 1 ? "last" : undefined;
      if (when === undefined) continue;
      for (const slot of ["parameter", ...optimizer.slots]) {
        const expected = c.float64[when][stateNames[slot] ?? slot]!;
        const where = `${slot} after the ${when} step`;
        // What is left of the difference is the fixture's 12 digits.
        expect(worst(double[slot]!, expected, { relative: 1e-11, absolute: 1e-12 }), where).toBeLessThan(1);
        const errors = single[slot]!.map((value, k) => Math.abs(value - expected[k]!) / (largest[slot]![k]! || 1));
        expect(Math.max(...errors), where).toBeLessThan(roundings[when]);
      }
    }
  });

  test("no further from float64 than PyTorch's own float32 is, but for a few roundings", async () => {
    for (const c of fixture[name]) {
      const step = await openUpdate(make(name, c.options), "float32", fixture.start.length);
      let values: Values = { parameter: fixture.start };
      for (const [i, gradient] of fixture.gradients.entries()) values = await step(i, values, gradient);
      const exact = c.float64.last["parameter"]!;
      const error = (parameter: readonly number[]) =>
        parameter.map((value, i) => Math.abs(value - exact[i]!) / (Math.abs(exact[i]!) + 2 ** -7));
      const [ours, theirs] = [error(values["parameter"]!), error(c.float32.last["parameter"]!)];
      expect(Math.max(...ours), JSON.stringify(c.options)).toBeLessThan(2 * Math.max(...theirs) + 4 * 2 ** -24);
    }
  });

  test("made again from its recorded options, it is the same", () => {
    for (const c of fixture[name]) {
      const first = make(name, c.options);
      const again = make(name, first.options);
      expect(again.options).toEqual(first.options);
      expect([0, 1, 7].map((i) => again.scalars(i))).toEqual([0, 1, 7].map((i) => first.scalars(i)));
    }
  });
});

/** The larger magnitude of each element. */
function larger(a: Values, b: Values): Values {
  return Object.fromEntries(
    Object.entries(b).map(([slot, values]) => [
      slot,
      values.map((value, i) => Math.max(Math.abs(value), Math.abs(a[slot]?.[i] ?? 0))),
    ]),
  );
}

describe("schedules agree with PyTorch's", () => {
  const read = ({ schedule, options, then, schedules: parts }: ScheduleCase): ((step: number) => number) => {
    const all = { ...options, ...(then && { then: read(then) }), ...(parts && { schedules: parts.map(read) }) };
    return (schedules[schedule] as (options: object) => (step: number) => number)(all);
  };

  test.each(fixture.schedules.map((c) => [c.schedule, c] as const))("%s", (_, c) => {
    const rate = read(c);
    const actual = c.rates.map((_, i) => rate(i));
    expect(worst(actual, c.rates, { relative: 1e-12, absolute: 1e-15 })).toBeLessThan(1);
  });
});

describe("reduceOnPlateau agrees with PyTorch's", () => {
  test.each(fixture.plateau.map((c) => [JSON.stringify(c.options), c] as const))("%s", (_, c) => {
    const plateau = reduceOnPlateau(c.options);
    let state: PlateauState = plateau.initial;
    for (const [i, value] of fromJson(c.values).entries()) {
      // As a checkpoint keeps it.
      state = parse(stringify(plateau.next(state, value))) as PlateauState;
      const rate = 0.25 * plateau.factor(state, 0.25);
      expect([i, state.bad, state.cooldown]).toEqual([i, c.bad[i], c.cooldown[i]]);
      expect(worst([rate], [c.rates[i]!], { relative: 1e-12, absolute: 0 }), `after value ${i}`).toBeLessThan(1);
    }
    expect(reduceOnPlateau(plateau.options).options).toEqual(plateau.options);
  });
});
