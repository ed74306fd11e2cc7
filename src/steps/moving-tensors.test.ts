import { expect, test } from "vitest";
import { float32, type Tensor } from "../core/index.ts";
import { MovingTensors } from "./moving-tensors.ts";

const fresh = (value: number): Map<string, Tensor> => new Map([["w", float32([value], [1])]]);
const is = (tensor: Tensor | undefined) =>
  Array.from({ length: tensor?.data.length ?? NaN }, (_, i) => tensor?.data[i]);

test("what was replaced is freed with the next move, and not before", () => {
  const tensors = new MovingTensors();
  const [first, second, third] = [fresh(1), fresh(2), fresh(3)];
  tensors.move(first);
  tensors.move(second);
  expect(is(first.get("w"))).toEqual([1]);
  tensors.move(third);
  expect(is(first.get("w"))).toEqual([]);
  expect(is(second.get("w"))).toEqual([2]);
  expect(is(tensors.get("w"))).toEqual([3]);
});

test.each([
  ["one by one", (tensors: MovingTensors) => tensors.get("w")],
  ["together", (tensors: MovingTensors) => tensors.toMap().get("w")],
])("what was given out %s is never freed", (_, given) => {
  const tensors = new MovingTensors();
  tensors.move(fresh(1));
  const kept = given(tensors);
  for (const value of [2, 3, 4]) tensors.move(fresh(value));
  expect(is(kept)).toEqual([1]);
});

test("what came from elsewhere is never freed", () => {
  const tensors = new MovingTensors();
  const own = float32([1], [1]);
  tensors.set("w", own);
  for (const value of [2, 3, 4]) tensors.move(fresh(value));
  expect(is(own)).toEqual([1]);
});

test("a look does not keep", () => {
  const tensors = new MovingTensors();
  tensors.move(fresh(1));
  const seen = tensors.peek("w");
  expect(is(seen)).toEqual([1]);
  for (const value of [2, 3]) tensors.move(fresh(value));
  expect(is(seen)).toEqual([]);
});

test("settled, what was replaced is gone, and undo changes nothing", () => {
  const tensors = new MovingTensors();
  const first = fresh(1);
  tensors.move(first);
  tensors.move(fresh(2));
  tensors.settle();
  expect(is(first.get("w"))).toEqual([]);
  tensors.undo();
  expect(is(tensors.get("w"))).toEqual([2]);
});

test("undo goes back by one move, and training goes on from there", () => {
  const tensors = new MovingTensors();
  for (const value of [1, 2, 3]) tensors.move(fresh(value));
  tensors.undo();
  expect(is(tensors.get("w"))).toEqual([2]);
  for (const value of [4, 5]) tensors.move(fresh(value));
  tensors.undo();
  expect(is(tensors.get("w"))).toEqual([4]);
});

test("a name that a move leaves out keeps its tensor, and so does one that it gives again", () => {
  const tensors = new MovingTensors();
  const once = float32([7], [1]);
  tensors.move(new Map([...fresh(1), ["b", once]]));
  for (const value of [2, 3]) tensors.move(fresh(value));
  for (const value of [4, 5]) tensors.move(new Map([...fresh(value), ["b", once]]));
  expect(is(tensors.get("b"))).toEqual([7]);
  expect(tensors.names).toEqual(["w", "b"]);
});
