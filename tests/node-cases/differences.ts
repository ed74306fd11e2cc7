import type { Random } from "../../src/core/index.ts";
import type { FloatType } from "./retype.ts";

/** A function of several vectors, and its gradient at a point as some rule gives it. */
export interface Problem {
  readonly value: (moved: string, at: Float64Array) => Promise<number>;
  readonly point: ReadonlyMap<string, Float64Array>;
  readonly gradients: ReadonlyMap<string, Float64Array>;
}

/** A direction in which rule and differences do not agree. */
export interface Disagreement {
  readonly input: string;
  readonly direction: Float64Array;
  readonly what: string;
}

export interface Agreement {
  /** The largest difference, relative to the largest element of the input's gradient. */
  readonly error: number;
  readonly disagreements: readonly Disagreement[];
  readonly directions: number;
}

/** Steps from coarse to fine, and the difference allowed: what rounds in the result is divided by the step. */
const settings = {
  float64: { steps: [2 ** -10, 2 ** -14, 2 ** -18, 2 ** -22], tolerance: 1e-6 },
  float32: { steps: [2 ** -6, 2 ** -4, 2 ** -9], tolerance: 2e-3 },
} as const;

/** Every element of an input is moved by itself where there are at most this many. */
const fewElements = 64;

/** Compares a gradient with differences of order four along each element, or along some elements and random directions. */
export async function compare(problem: Problem, type: FloatType, random: Random): Promise<Agreement> {
  const { tolerance, steps } = settings[type];
  const disagreements: Disagreement[] = [];
  let error = 0;
  let count = 0;
  for (const [input, point] of problem.point) {
    const gradient = problem.gradients.get(input) ?? new Float64Array(point.length);
    const scale = Math.max(1e-2, ...gradient.map((value) => (Number.isFinite(value) ? Math.abs(value) : 0)));
    for (const direction of directions(point.length, random)) {
      count++;
      const analytic = dot(gradient, direction);
      let best = Infinity;
      let numeric = NaN;
      for (const step of steps) {
        const found = await central(problem, input, direction, step);
        const distance = Math.abs(found - analytic) / scale;
        if (distance < best || Number.isNaN(numeric)) [best, numeric] = [distance, found];
        if (best <= tolerance) break;
      }
      if (best <= tolerance) error = Math.max(error, best);
      else
        disagreements.push({
          input,
          direction,
          what: `${input} ${name(direction)}: differences ${numeric}, rule ${analytic}`,
        });
    }
  }
  return { error, disagreements, directions: count };
}

/**
 * Whether the function has a kink, a jump or an edge at the point, along a direction: the slopes from both sides differ, and
 * stay as they are when the step shrinks; or the value itself does not come back to that of the point; or one side is NaN.
 */
export async function isKink(problem: Problem, { input, direction }: Disagreement, type: FloatType): Promise<boolean> {
  const [coarse, fine] = type === "float64" ? [2 ** -14, 2 ** -17] : [2 ** -6, 2 ** -8];
  const loose = type === "float64" ? 1e-3 : 5e-2;
  const at = (size: number) => along(problem, input, direction, size);
  const here = await at(0);
  const slope = async (step: number) => (4 * (await at(step)) - 3 * here - (await at(2 * step))) / (2 * step);
  const right = [await slope(coarse), await slope(fine)] as const;
  const left = [await slope(-coarse), await slope(-fine)] as const;
  const size = Math.max(1e-2, ...[...left, ...right].map(Math.abs));
  const settled = ([a, b]: readonly [number, number]) => Math.abs(a - b) <= loose * size;
  if (settled(left) && settled(right)) return Math.abs(left[1] - right[1]) > 3 * loose * size;
  if (left.some(Number.isNaN) !== right.some(Number.isNaN)) return true;
  const jump = async (side: number) => {
    const [far, near] = [Math.abs((await at(side * coarse)) - here), Math.abs((await at(side * fine)) - here)];
    return near > 1e-3 && near > far / 2;
  };
  return (await jump(1)) || (await jump(-1));
}

async function central(problem: Problem, input: string, direction: Float64Array, step: number): Promise<number> {
  const at = (size: number) => along(problem, input, direction, size);
  const near = (await at(step)) - (await at(-step));
  const far = (await at(2 * step)) - (await at(-2 * step));
  return (8 * near - far) / (12 * step);
}

function along(problem: Problem, input: string, direction: Float64Array, size: number): Promise<number> {
  const point = problem.point.get(input) ?? new Float64Array();
  return problem.value(
    input,
    point.map((value, k) => value + size * (direction[k] ?? 0)),
  );
}

function directions(count: number, random: Random): Float64Array[] {
  const unit = (k: number) => {
    const direction = new Float64Array(count);
    direction[k] = 1;
    return direction;
  };
  if (count <= fewElements) return Array.from({ length: count }, (_, k) => unit(k));
  const elements = Array.from(random.permutation(count).subarray(0, 12), unit);
  const mixed = Array.from({ length: 6 }, () => {
    const direction = Float64Array.from({ length: count }, () => random.normal());
    const length = Math.hypot(...direction);
    return direction.map((value) => value / length);
  });
  return [...elements, ...mixed];
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => {
    const factor = b[k] ?? 0;
    return factor === 0 ? sum : sum + value * factor;
  }, 0);
}

function name(direction: Float64Array): string {
  const moved = direction.findIndex((value) => value !== 0);
  return direction.filter((value) => value !== 0).length === 1 ? `[${moved}]` : "along a random direction";
}
