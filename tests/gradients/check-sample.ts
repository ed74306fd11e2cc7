import { backward } from "../../src/gradients/index.ts";
import { elementCount, Random, type Tensor } from "../../src/core/index.ts";
import {
  GraphBuilder,
  rewriteOps,
  tensorData,
  toTensor,
  upgradeModel,
  workingModel,
  workingOpset,
  writeModel,
  type Graph,
  type TensorData,
} from "../../src/graph/index.ts";
import { loadNodeRuntime, type Session } from "../../src/runtime/index.ts";
import { inferShapes } from "../../src/steps/infer-shapes.ts";
import type { Sample } from "./sample.ts";

/** The types and forms of shapes that a sample is run in. */
export interface Run {
  readonly type: "float32" | "float64";
  /** Whether first dimensions are names, as of a model whose batch size is open. */
  readonly symbolic: boolean;
}

/** How far the gradient and the finite differences are apart, at worst, relative to the largest of both. */
export interface Outcome {
  readonly error: number;
  readonly what: string;
}

const runtime = await loadNodeRuntime();
const options = { threads: 1 } as const;

/**
 * Compares the rule's gradients of sum(r y), with random r, with finite differences of order four.
 *
 * @returns undefined where the runtime has no kernel for the type
 */
export async function checkSample(op: string, sample: Sample, run: Run): Promise<Outcome | undefined> {
  const random = new Random(7, `${op} ${sample.name}`);
  const values = sample.inputs.map((input) =>
    input === undefined ? undefined : dataOf(input, run.type, input.fill(random, elementCount(input.dims))),
  );
  const through = sample.through ?? [0];
  const forward = forwardGraph(op, sample, values, run);
  const session = await open(forward, sample.opset);
  if (session === undefined) return undefined;
  const feeds = Object.fromEntries(
    values.flatMap((data, i) => (data === undefined || sample.inputs[i]?.constant ? [] : [[`x${i}`, toTensor(data)]])),
  );
  const results = await session.run(feeds);
  const seeds = new Map(
    through.map((i) => {
      const { dims } = results[`y${i}`] as Tensor;
      const count = elementCount(dims);
      return [`y${i}`, Array.from({ length: count }, () => random.uniform(-1, 1))] as const;
    }),
  );
  const loss = async (changed: Record<string, Tensor>) => {
    const y = await session.run({ ...feeds, ...changed });
    let sum = 0;
    for (const [name, seed] of seeds) {
      const data = y[name]?.data as Float32Array;
      for (const [k, weight] of seed.entries()) sum += weight * (data[k] as number);
    }
    return sum;
  };
  const gradients = await ruleGradients(forward, sample, run, feeds, results, seeds);
  let worst: Outcome = { error: 0, what: "nothing differentiated" };
  for (const [i, input] of sample.inputs.entries()) {
    if (input === undefined || !input.gradient) continue;
    const gradient = gradients.get(i) ?? new Float64Array(elementCount(input.dims));
    const data = values[i] as TensorData;
    const outcome = await compare(`x${i}`, data, run.type, gradient, loss, random);
    if (!(outcome.error <= worst.error)) worst = outcome;
  }
  await session.release();
  return worst;
}

function dataOf(
  input: { type: string; dims: readonly number[] },
  type: Run["type"],
  values: readonly number[],
): TensorData {
  return tensorData((input.type === "float" ? type : input.type) as "float32", input.dims, values);
}

function forwardGraph(op: string, sample: Sample, values: readonly (TensorData | undefined)[], run: Run): Graph {
  const symbolic = run.symbolic ? (sample.batch ?? [0]) : [];
  const g = new GraphBuilder();
  for (const [i, data] of values.entries()) {
    if (data === undefined) continue;
    if (sample.inputs[i]?.constant) g.initializer(`x${i}`, data);
    else {
      const shape = data.dims.map((dim, axis) => (axis === 0 && symbolic.includes(i) ? `N${dim}` : dim));
      g.input(`x${i}`, data.type, shape);
    }
  }
  const inputs = values.map((data, i) => (data === undefined ? "" : `x${i}`));
  const outputs = g.ops(op, inputs, sample.outputs ?? 1, sample.attributes);
  for (const i of sample.through ?? [0]) g.output(`y${i}`, outputs[i]);
  return g.build("forward");
}

function inWorkingOpset(graph: Graph, opset = workingOpset): Graph {
  return upgradeModel({ ...workingModel(graph), opsets: new Map([["", opset]]) }).graph;
}

/** A session, undefined where the runtime lacks a kernel. */
async function open(graph: Graph, opset = workingOpset): Promise<Session | undefined> {
  try {
    const model = workingModel(graph);
    return await runtime.open(writeModel({ ...model, opsets: new Map(model.opsets).set("", opset) }), options);
  } catch (error) {
    const lacking = /implementation|NOT_IMPLEMENTED|is invalid|not supported/i;
    if (error instanceof Error && lacking.test(error.message)) return undefined;
    throw error;
  }
}

async function ruleGradients(
  forward: Graph,
  sample: Sample,
  run: Run,
  feeds: Readonly<Record<string, Tensor>>,
  results: Readonly<Record<string, Tensor>>,
  seeds: ReadonlyMap<string, readonly number[]>,
): Promise<Map<number, Float64Array>> {
  const inferred = await inferShapes(rewriteOps(inWorkingOpset(forward, sample.opset)), runtime);
  const rewritten = rewriteOps(inferred);
  const graph = rewritten === inferred ? inferred : await inferShapes(rewritten, runtime);
  const g = new GraphBuilder();
  for (const { name, type, shape } of graph.inputs) g.input(name, type ?? run.type, shape);
  for (const [name, data] of graph.initializers) g.initializer(name, data);
  for (const node of graph.nodes) g.node(node);
  for (const value of graph.values.values()) g.describe(value.name, value.type, value.shape);
  const fed: Record<string, Tensor> = { ...feeds };
  const start = new Map<string, string>();
  for (const [name, seed] of seeds) {
    const { dims } = results[name] as Tensor;
    const shape = g.shapeOf(name);
    g.input(`d${name}`, run.type, shape?.length === dims.length ? shape : dims);
    fed[`d${name}`] = toTensor(tensorData(run.type, dims, seed));
    start.set(name, `d${name}`);
  }
  const wanted = sample.inputs.flatMap((input, i) => (input?.gradient ? [`x${i}`] : []));
  // Asked one by one in the symbolic run, so that a rule is seen to give each gradient without the others.
  const found = run.symbolic
    ? new Map(wanted.flatMap((name) => [...backward(g, { seeds: start, wanted: [name] })]))
    : backward(g, { seeds: start, wanted });
  for (const [name, gradient] of found) g.output(`gradient ${name}`, gradient);
  if (found.size === 0) return new Map();
  const session = await runtime.open(writeModel(workingModel(g.build("gradient"))), options);
  const output = await session.run(fed);
  await session.release();
  return new Map(
    [...found.keys()].map((name) => {
      const tensor = output[`gradient ${name}`] as Tensor;
      const expected = (feeds[name] as Tensor).dims;
      if (tensor.dims.join() !== expected.join())
        throw new Error(`the gradient of ${name} has shape [${tensor.dims.join()}], not [${expected.join()}]`);
      if (tensor.type !== run.type) throw new Error(`the gradient of ${name} is ${tensor.type}`);
      return [Number(name.slice(1)), Float64Array.from(tensor.data as Float32Array)] as const;
    }),
  );
}

async function compare(
  name: string,
  data: TensorData,
  type: Run["type"],
  gradient: Float64Array,
  loss: (changed: Record<string, Tensor>) => Promise<number>,
  random: Random,
): Promise<Outcome> {
  const point = Float64Array.from(toTensor(data).data as Float32Array);
  const step = type === "float32" ? 2 ** -6 : 2 ** -10;
  const at = (direction: Float64Array, size: number) => {
    const moved = Array.from(point, (value, k) => value + size * (direction[k] ?? 0));
    return loss({ [name]: toTensor(tensorData(type, data.dims, moved)) });
  };
  const scale = Math.max(1e-2, ...gradient.map(Math.abs));
  let worst: Outcome = { error: 0, what: name };
  for (const [what, direction] of directions(point.length, random)) {
    const near = (await at(direction, step)) - (await at(direction, -step));
    const far = (await at(direction, 2 * step)) - (await at(direction, -2 * step));
    const numeric = (8 * near - far) / (12 * step);
    const analytic = gradient.reduce((sum, value, k) => sum + value * (direction[k] ?? 0), 0);
    const error = Math.abs(numeric - analytic) / scale;
    if (!(error <= worst.error))
      worst = { error, what: `${name} ${what}: differences give ${numeric}, the rule ${analytic}` };
  }
  return worst;
}

/** Every element by itself where there are few; some random directions of length one where there are many. */
function directions(count: number, random: Random): [string, Float64Array][] {
  if (count <= 24) {
    return Array.from({ length: count }, (_, k) => {
      const unit = new Float64Array(count);
      unit[k] = 1;
      return [`[${k}]`, unit];
    });
  }
  return Array.from({ length: 6 }, (_, k) => {
    const direction = Float64Array.from({ length: count }, () => random.normal());
    const length = Math.hypot(...direction);
    return [`direction ${k}`, direction.map((value) => value / length)];
  });
}
