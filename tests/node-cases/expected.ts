import type { Tensor } from "../../src/core/index.ts";
import { isFloat, type TensorData } from "../../src/graph/index.ts";
import { numbersIn } from "./retype.ts";

/** Compares results with what a case expects, to ONNX's own tolerance. @returns the first difference, undefined where there is none */
export function difference(
  results: Readonly<Record<string, Tensor>>,
  expected: ReadonlyMap<string, TensorData>,
): string | undefined {
  for (const [name, data] of expected) {
    const result = results[name];
    if (result === undefined) return `${name} is missing`;
    if (result.dims.join() !== data.dims.join())
      return `${name} has shape [${result.dims.join()}], not [${data.dims.join()}]`;
    if (data.type === "string") continue;
    const relative = data.type === "float16" || data.type === "bfloat16" ? 2e-2 : 1e-3;
    const wanted = numbersIn(data);
    const got = Array.from(result.data as ArrayLike<number | bigint>, Number);
    const size = Math.max(0, ...wanted.filter(Number.isFinite).map(Math.abs));
    const absolute = isFloat(data.type) ? 1e-7 + relative * 1e-2 * size : 0;
    const at = wanted.findIndex((value, k) => !close(got[k] ?? NaN, value, absolute + relative * Math.abs(value)));
    if (at >= 0) return `${name}[${at}] is ${got[at]}, not ${wanted[at]}`;
  }
  return undefined;
}

function close(got: number, wanted: number, tolerance: number): boolean {
  return Object.is(got, wanted) || got === wanted || Math.abs(got - wanted) <= tolerance;
}
