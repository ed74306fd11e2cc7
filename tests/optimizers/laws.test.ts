import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../src/graph/index.ts";
import {
  adagrad,
  adam,
  adamw,
  lamb,
  lion,
  optimizers,
  reduceOnPlateau,
  rmsprop,
  schedules,
  sgd,
  type Optimizer,
} from "../../src/optimizers/index.ts";
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
    // The norm of a tensor with a NaN is NaN, and so is all that it scales.
    expect(after["parameter"]!.map(Number.isNaN)).toEqual([true, name === "lamb"]);
  });

  test("for identical gradients and state the update is identical, alone or among others, at once or after a stop", async () => {
    const rows = fc.array(numbers(4), { minLength: 1, maxLength: 5 });
    const options = { weightDecay: 0.125 };
    const whole = await openUpdate(make(name, options), "float32", 4);
    const again = await openUpdate(make(name, make(name, options).options), "float32", 4);
    const single = await openUpdate(make(name, options), "float32", 1);
    await fc.assert(
      fc.asyncProperty(numbers(4), rows, fc.nat(5), async (parameter, gradients, stop) => {
        let [values, resumed]: [Values, Values] = [{ parameter }, { parameter }];
        let apart: Values[] = parameter.map((number) => ({ parameter: [number] }));
        for (const [i, gradient] of gradients.entries()) {
          values = await whole(i, values, gradient);
          // From a checkpoint: what float32 holds, in another session of an optimizer made from its record.
          resumed = await (i < stop ? whole : again)(i, resumed, gradient);
          apart = await Promise.all(apart.map((value, k) => single(i, value, [gradient[k]!])));
        }
        expect(resumed).toEqual(values);
        if (name === "lamb") return; // moves a tensor as a whole
        for (const slot of Object.keys(values)) expect(apart.map((value) => value[slot]![0])).toEqual(values[slot]);
      }),
      { numRuns: 25 },
    );
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
  [adam({ amsgrad: true }), 13],
  [rmsprop(), 9],
  [rmsprop({ momentum: 0.9 }), 11],
  [adagrad(), 7],
  [lion(), 8],
  [lion({ weightDecay: 0.1 }), 10],
  [lamb({ weightDecay: 0 }), 21],
])("passes over memory: %o takes %d nodes", (optimizer, nodes) => {
  expect(emitted(optimizer).nodes.length).toBe(nodes);
});

test("lamb steps in proportion to the norm of the parameter", async () => {
  const step = await openUpdate(lamb({ learningRate: 0.5, weightDecay: 0, eps: 0 }), "float32", 2);
  // In the first step the direction is the sign; it is scaled to the parameter's norm, 5, over its own, sqrt 2.
  const after = await step(0, { parameter: [3, 4] }, [1e-3, -7]);
  const moved = (0.5 * 5) / Math.SQRT2;
  for (const [i, value] of [3 - moved, 4 + moved].entries()) expect(after["parameter"]![i]).toBeCloseTo(value, 5);
  // Without a norm to compare with, the ratio is 1.
  expect((await step(0, { parameter: [0, 0] }, [2, -2]))["parameter"]).toEqual([-0.5, 0.5]);
});

test("centered rmsprop stays finite where rounding makes the variance negative", async () => {
  const gradient = Array.from({ length: 64 }, (_, i) => Math.fround(Math.sin(i + 1)));
  const step = await openUpdate(rmsprop({ centered: true, alpha: 0.75 }), "float32", 64);
  let values: Values = { parameter: gradient };
  for (let i = 0; i < 100; i++) values = await step(i, values, gradient);
  expect(values["parameter"]!.every(Number.isFinite)).toBe(true);
});

test("adagrad's sum starts where it is told", async () => {
  const step = await openUpdate(adagrad({ learningRate: 1, initialAccumulator: 3, eps: 0 }), "float32", 1);
  const first = await step(0, { parameter: [1] }, [1]);
  expect(first).toEqual({ parameter: [0.5], sum: [4] });
  expect((await step(1, first, [0]))["sum"]).toEqual([4]);
});

test.each([[sgd({ momentum: 0.9, dampening: 0.5 }), 5]])(
  "passes over memory: %o takes %d nodes",
  (optimizer, nodes) => {
    expect(emitted(optimizer).nodes.length).toBe(nodes);
  },
);

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
    const cycle = schedules.oneCycle({ peak: 1, steps: 10, startDivisor: 2, endDivisor: 4, anneal: "linear" });
    expect([0, 1, 2, 9, 1000].map(cycle)).toEqual([0.5, 0.75, 1, 0.125, 0.125]);
    expect(schedules.oneCycle({ peak: 1, steps: 10, rising: 0.1 })(0)).toBe(1);
    expect(schedules.cosineRestarts({ base: 1, steps: 1, growth: 3 })(1e15)).toBeGreaterThan(0);
  });

  test("are never negative, and the same whenever they are asked", () => {
    const all = [
      schedules.multiStep({ base: 1, at: [3, 9] }),
      schedules.exponential({ base: 1, factor: 0.5 }),
      schedules.polynomial({ base: 1, steps: 7, power: 0.5 }),
      schedules.cosineRestarts({ base: 1, steps: 3, growth: 2, least: 0.1 }),
      schedules.oneCycle({ peak: 1, steps: 20, threePhase: true }),
      schedules.chained({ schedules: [0.5, schedules.warmUp({ steps: 5, then: 1 })] }),
      schedules.sequential({ schedules: [0.5, schedules.cosine({ base: 1, steps: 50 })], at: [4] }),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.array(fc.nat(60), { minLength: 1 }), (rate, steps) => {
        const rates = steps.map(rate);
        expect(rates.every((value) => value >= 0 && value <= 1)).toBe(true);
        expect(steps.toReversed().map(rate).reverse()).toEqual(rates);
      }),
    );
  });

  test("a plateau lowers what is scheduled, never raises it, and stops at the least rate", () => {
    const plateau = reduceOnPlateau({ factor: 0.5, patience: 0, minLearningRate: 0.01 });
    const state = [1, 1, 1, 1].reduce((before, loss) => plateau.next(before, loss), plateau.initial);
    expect(state).toEqual({ best: 1, bad: 0, cooldown: 0, reductions: 3 });
    expect([0.8, 0.04, 0.01, 0.005, 0].map((rate) => plateau.factor(state, rate))).toEqual([0.125, 0.25, 1, 1, 1]);
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
  [() => rmsprop({ alpha: 1.5 }), "Expected alpha to be a number in [0, 1], got 1.5 (rmsprop)."],
  [() => adagrad({ initialAccumulator: -1 }), "Expected initialAccumulator to be a number of at least 0, got -1"],
  [() => lion({ eps: 1e-8 } as object), 'Expected an option of learningRate, betas, weightDecay, got "eps" (lion).'],
  [() => lamb({ betas: [1, 0.9] }), "Expected betas[0] to be a number in [0, 1), got 1 (lamb)."],
  [
    () => schedules.multiStep({ base: 1, at: [3, 2] }),
    "Expected at to be a rising list of steps, got [3, 2] (multiStep).",
  ],
  [() => schedules.exponential({ base: 1, factor: NaN }), "Expected factor to be a number of at least 0, got NaN"],
  [() => schedules.oneCycle({ peak: 1, steps: 9, rising: 2 }), "Expected rising to be a number in [0, 1], got 2"],
  [
    () => schedules.oneCycle({ peak: 1, steps: 9, rising: 0.6, threePhase: true }),
    "Expected rising to be a number in [0, 0.5]",
  ],
  [
    () => schedules.sequential({ schedules: [1], at: [5] }),
    "Expected one schedule more than steps at which the next begins, got 1 and 1 (sequential).",
  ],
  [
    () => schedules.chained({ schedules: [-1] }),
    "Expected schedules[0] to be a number of at least 0, got -1 (chained).",
  ],
  [() => reduceOnPlateau({ factor: 1 }), "Expected factor to be a number in [0, 1), got 1 (reduceOnPlateau)."],
  [() => reduceOnPlateau({ patience: 0.5 }), "Expected patience to be an integer of at least 0, got 0.5"],
  [() => reduceOnPlateau({ mode: "up" as "max" }), 'Expected mode to be one of min, max, got "up" (reduceOnPlateau).'],
])("a wrong option is refused: %o", (action, message) => {
  expect(action).toThrow(message);
});
