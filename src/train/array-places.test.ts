import { expect, test } from "vitest";
import { parse, stringify, type Tensor } from "../core/index.ts";
import { putArrays, takeArrays } from "./array-places.ts";

test("arrays go out of what is kept as JSON, and come back with every bit", () => {
  const value = {
    rocAuc: [{ scores: Float64Array.of(NaN, -0, Infinity, 0.1), labels: Int32Array.of(-1, 2 ** 31 - 1) }],
    "top/5": { counts: [1, 2], of: { tensor: "/rocAuc/0/scores" }, none: null },
    single: Float64Array.of(),
  };
  const tensors = new Map<string, Tensor>();
  const taken = parse(stringify(takeArrays(value, tensors) as object));
  expect([...tensors.keys()]).toEqual(["/rocAuc/0/scores", "/rocAuc/0/labels", "/single"]);
  expect(JSON.stringify(taken)).not.toContain("0.1");
  expect(putArrays(taken, tensors, "test")).toEqual(value);
});

test("an array that is missing is told", () => {
  const taken = takeArrays({ a: Int32Array.of(1) }, new Map());
  expect(() => putArrays(taken, new Map(), "checkpoints/step-3")).toThrow(
    'Expected the tensor "/a", got none (checkpoints/step-3)',
  );
});
