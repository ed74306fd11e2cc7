import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../src/graph/index.ts";
import { adam, adamw, optimizers, schedules, sgd, type Optimizer } from "../../src/optimizers/index.ts";
import { openUpdate, type Values } from "./open-update.ts";

type Name = keyof typeof optimizers;
const make = (name: Name, options: object): Optimizer => (optimizers[name] as (options: object) => Optimizer)(options);
const names = Object.keys(optimizers) as Name[];
const numbers = (size: number) =>
  fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: size, maxLength: size });

describe.each(names)("%s", (name) => {
  test("without gradient, state and decay the parameter keeps its bits", async () => {
    const step = await openUpdate(make(name, { weightDecay: 0, learningRate: 0.5 }), "float32", 4);
    await fc.assert(
      fc.asyncProperty(numbers(4), fc.nat(1000), async (parameter, i) => {
        const after = await step(i, { parameter }, [0, 0, 0, 0]);
        expect(after["parameter"]).toEqual(parameter);
      }),
      { numRuns: 50 },
    );
  });

  test("a learning rate of 0 keeps the parameter and moves the state", async () => {
    const step = await openUpdate(make(name, { learningRate: 0 }), "float32", 2);
    const after = await step(0, { parameter: [1.5, -2] }, [1, -3]);
    expect(after["parameter"]).toEqual([1.5, -2]);
    for (const slot of make(name, {}).slots) expect(after[slot]).not.toEqual([0, 0]);
  });

  test("NaN in the gradient is not hidden", async () => {
    const step = await openUpdate(make(name, {}), "float32", 2);
    const after = await step(0, { parameter: [1, 2] }, [NaN, 0]);
    expect(after["parameter"]![0]).toBeNaN();
    expect(after["parameter"]![1]).not.toBeNaN();
  });

  test("scalars bear the same names at every step, and every one is used", () => {
    for (const options of [{}, { weightDecay: 0.1 }]) {
      const optimizer = make(name, options);
      const keys = Object.keys(optimizer.scalars(0));
      expect(Object.keys(optimizer.scalars(1000))).toEqual(keys);
      const used = new Set(emitted(optimizer).nodes.flatMap(({ inputs }) => inputs));
      expect(keys.filter((key) => !used.has(key))).toEqual([]);
    }
  });

  test("a factor multiplies the learning rate, and nothing else", () => {
    for (const options of [{}, { weightDecay: 0.1 }]) {
      const whole = make(name, { ...options, learningRate: 0.5 });
      const half = make(name, { ...options, learningRate: 0.25 });
      for (const step of [0, 1, 1000]) expect(whole.scalars(step, 0.5)).toEqual(half.scalars(step));
    }
  });

  test("the learning rate may be a function of the step", () => {
    const optimizer = make(name, { learningRate: (step: number) => 1 / (step + 1) });
    expect([0, 1, 3].map((step) => optimizer.learningRate(step))).toEqual([1, 0.5, 0.25]);
    const falling = make(name, { learningRate: (step: number) => 1 - step });
    expect(() => falling.scalars(2)).toThrow(
      `Expected learningRate at step 2 to be a finite number of at least 0, got -1 (${name}).`,
    );
  });
});

/** An update of a parameter of shape [3]. */
function emitted(optimizer: Optimizer): GraphBuilder {
  const g = new GraphBuilder();
  const input = (name: string) => g.input(name, "float32", name in optimizer.scalars(0) ? [] : [3]);
  const all = (list: readonly string[]) => Object.fromEntries(list.map((name) => [name, input(name)]));
  optimizer.emit(g, {
    parameter: input("parameter"),
    gradient: input("gradient"),
    state: all(optimizer.slots),
    scalars: all(Object.keys(optimizer.scalars(0))),
  });
  return g;
}

test.each([
  [sgd(), 2],
  [sgd({ weightDecay: 0.1 }), 4],
  [sgd({ momentum: 0.9 }), 4],
  [sgd({ momentum: 0.9, nesterov: true }), 6],
  [adam(), 12],
  [adamw({ weightDecay: 0 }), 12],
  [adamw(), 13],
])("passes over memory: %o takes %d nodes", (optimizer, nodes) => {
  expect(emitted(optimizer).nodes.length).toBe(nodes);
});

test("sgd keeps no state without momentum", () => {
  expect(sgd().slots).toEqual([]);
  expect(sgd({ momentum: 0.5 }).slots).toEqual(["momentum"]);
});

test("adam's first step has the size of the learning rate, whatever the gradient's", async () => {
  const step = await openUpdate(adam({ learningRate: 0.25, eps: 0 }), "float32", 3);
  const after: Values = await step(0, { parameter: [1, 1, 1] }, [1e-6, -3, 1e6]);
  for (const [i, value] of [0.75, 1.25, 0.75].entries()) expect(after["parameter"]![i]).toBeCloseTo(value, 6);
});

describe("schedules", () => {
  test("go through the points that they promise", () => {
    expect(schedules.step({ base: 1, every: 2 })(3)).toBe(0.1);
    expect(schedules.linear({ base: 1, steps: 4 })(9)).toBe(0);
    const rate = schedules.warmUp({ steps: 4, then: schedules.linear({ base: 2, steps: 4 }) });
    expect([0, 1, 4, 8].map((step) => rate(step))).toEqual([0, 0.5, 2, 0]);
    expect(schedules.warmUp({ steps: 2, then: 3 })(10)).toBe(3);
  });

  test("are told in the optimizer's options", () => {
    const learningRate = schedules.warmUp({ steps: 5, then: schedules.cosine({ base: 0.1, steps: 10 }) });
    expect(sgd({ learningRate }).options["learningRate"]).toEqual({
      schedule: "warmUp",
      steps: 5,
      then: { schedule: "cosine", base: 0.1, steps: 10, least: 0 },
      start: 0,
    });
    expect(sgd({ learningRate: () => 1 }).options["learningRate"]).toBe("custom");
  });
});

test.each([
  [() => sgd({ learningRate: -1 }), "Expected learningRate to be a finite number of at least 0, got -1 (sgd)."],
  [() => sgd({ momentum: NaN }), "Expected momentum to be a number of at least 0, got NaN (sgd)."],
  [
    () => sgd({ nesterov: true }),
    "Expected nesterov with a momentum and without dampening, got momentum 0, dampening 0 (sgd).",
  ],
  [() => sgd({ lr: 0.1 } as object), "Expected an option of learningRate, momentum, dampening, nesterov, weightDecay"],
  [() => adam({ betas: [0.9, 1] }), "Expected betas[1] to be a number in [0, 1), got 1 (adam)."],
  [() => adam({ betas: [0.9] as unknown as [number, number] }), "Expected betas to be two numbers, got [0.9] (adam)."],
  [() => adamw({ eps: -1 }), "Expected eps to be a number of at least 0, got -1 (adamw)."],
  [() => adamw({ weightDecay: Infinity }), "Expected weightDecay to be a number of at least 0, got Infinity (adamw)."],
  [() => schedules.cosine({ base: 1, steps: 0 }), "Expected steps to be an integer of at least 1, got 0 (cosine)."],
  [() => schedules.step({ base: -1, every: 2 }), "Expected base to be a number of at least 0, got -1 (step)."],
])("a wrong option is refused: %o", (action, message) => {
  expect(action).toThrow(message);
});
