import { OnwardError, Random, type Tensor } from "../../src/core/index.ts";
import { registry } from "../../src/gradients/index.ts";
import {
  isFloat,
  isHostType,
  qualifiedName,
  toTensor,
  workingModel,
  writeModel,
  type Graph,
  type TensorData,
} from "../../src/graph/index.ts";
import type { Runtime } from "../../src/runtime/index.ts";
import { CaseFunctions } from "./case-functions.ts";
import { compare, isKink, type Agreement, type Disagreement, type Problem } from "./differences.ts";
import { difference } from "./expected.ts";
import { LeftOut } from "./outcome.ts";
import type { NodeCase } from "./read-case.ts";
import { retype, type FloatType } from "./retype.ts";
import { runningStatistics, settingsOf, typesFor } from "./settings.ts";
import { differentiate } from "./differentiate.ts";
import { workingGraph, type Form } from "./working-graph.ts";
import { inKnownOpset } from "./working-opset.ts";

/** A case that ran: how far rule and differences are apart, and what it took. */
export interface Checked {
  readonly error: number;
  readonly type: FloatType;
  readonly failure?: string;
  /** Whether what failed is the result, not the gradient. */
  readonly wrongForward?: boolean;
  readonly notes: readonly string[];
}

/** A case in an opset that is read here, and whether it was written in a newer one. */
interface KnownCase extends NodeCase {
  readonly newer: boolean;
}

/**
 * Checks the gradient of one case.
 *
 * @throws LeftOut where there is nothing to check, or the runtime cannot
 */
export async function checkCase(given: NodeCase, runtime: Runtime): Promise<Checked> {
  const { model, note } = inKnownOpset(given.model);
  const nodeCase = { ...given, model, newer: note !== undefined };
  checkTypes(nodeCase);
  const notes = note === undefined ? [] : [note];
  const forms: Form[] = [...nodeCase.inputs.values()].every(({ type }) => isFloat(type))
    ? ["fed"]
    : ["constants", "fed"];
  let first: Checked | undefined;
  for (const form of forms) {
    try {
      const checked = await inSomeType(nodeCase, form, runtime);
      if (checked.failure !== undefined) return { ...checked, failure: `${form}: ${checked.failure}` };
      first ??= checked;
      notes.push(...checked.notes);
    } catch (error) {
      if (first === undefined || !(error instanceof LeftOut)) throw error;
      notes.push(`with all inputs fed: ${error.reason}`);
    }
  }
  if (first === undefined) throw new LeftOut("nothing was run");
  return { ...first, notes: [...new Set(notes)] };
}

function checkTypes({ inputs, outputs, model }: NodeCase): void {
  const statuses = model.graph.nodes.map((node) => [qualifiedName(node), registry.get(qualifiedName(node))] as const);
  const [only] = statuses;
  if (statuses.length === 1 && only !== undefined && model.functions.length === 0) {
    const [op, entry] = only;
    if (entry === undefined) throw new LeftOut("the op is of another domain", op);
    if (entry.status === "refused") throw new LeftOut(`refused: ${entry.reason}`, op);
  }
  if (![...inputs.values()].some(({ type }) => isFloat(type))) throw new LeftOut("no float input");
  if (![...outputs.values()].some(({ type }) => isFloat(type))) throw new LeftOut("no float output");
  for (const { type } of [...inputs.values(), ...outputs.values()])
    if (!isHostType(type) && type !== "bfloat16")
      throw new LeftOut("an element type that the runtime's JavaScript tensors do not hold", type);
}

/** In float64 where the runtime has the kernels and computes the expected values, else in float32. */
async function inSomeType(nodeCase: KnownCase, form: Form, runtime: Runtime): Promise<Checked> {
  let detail = "";
  let failed: Checked | undefined;
  for (const type of typesFor(nodeCase.model)) {
    try {
      const checked = await inType(nodeCase, form, type, runtime);
      if (!checked.wrongForward) return checked;
      failed ??= checked;
    } catch (error) {
      if (!(error instanceof OnwardError) || error.code !== "runtime") throw error;
      detail = error.message;
    }
  }
  if (failed !== undefined) return failed;
  if (await opensAsRead(nodeCase, runtime))
    throw new LeftOut("no kernel in the working opset or in floats of 32 and 64 bits", detail);
  throw new LeftOut(/implement/i.test(detail) ? "the runtime has no kernel" : "the runtime refuses the case", detail);
}

async function opensAsRead({ model }: NodeCase, runtime: Runtime): Promise<boolean> {
  try {
    const session = await runtime.open(writeModel(model), { threads: 1 });
    await session.release();
    return true;
  } catch {
    return false;
  }
}

async function inType(nodeCase: KnownCase, form: Form, type: FloatType, runtime: Runtime): Promise<Checked> {
  const { inputs, outputs, model, newer } = nodeCase;
  const settings = settingsOf(model.graph);
  const retyped = new Map([...inputs].map(([name, data]) => [name, settings.has(name) ? data : retype(data, type)]));
  const graph = await workingGraph(model, retyped, settings, form, type, runtime);
  const functions = await CaseFunctions.open(graph, retyped, type, runtime);
  try {
    const notes: string[] = [];
    const results = await functions.results();
    // The runtime's first two draws from a seed are the same
    for (const again of [await functions.results(), await functions.results()]) {
      const differs = [...outputs.keys()].some((name) => !equalBits(results[name], again[name]));
      if (differs) throw new LeftOut("its result is random");
    }
    const apart = difference(results, outputs);
    if (apart !== undefined) {
      const asRead = await differenceAsRead(nodeCase, runtime);
      if (newer)
        throw new LeftOut("written in an opset newer than the runtime's, and means something else there", apart);
      if (asRead !== "differs") return { error: NaN, type, failure: `forward: ${apart}`, wrongForward: true, notes };
      notes.push(`the runtime's own result is not the expected one (${apart})`);
    }
    const random = new Random(7, nodeCase.name);
    const point = functions.point(settings);
    if (point.size === 0) throw new LeftOut("no float input that is differentiated");
    if ([...point.values()].every(({ length }) => length === 0)) throw new LeftOut("the float inputs are empty");
    const fixed = runningStatistics(model.graph);
    const floats = [...outputs]
      .filter(([name, { type: own }]) => isFloat(own) && !fixed.has(name))
      .map(([name]) => name);
    const wanted = await differentiate(functions, [...point.keys()], floats, { results, random, runtime, notes });
    const checked = await agree(functions, new Map([...point].filter(([name]) => wanted.includes(name))), type, random);
    const isDefinition = model.graph.nodes.length > 1;
    if (checked.failure !== undefined && isDefinition && (await hasNaN(graph, retyped, runtime)))
      throw new LeftOut("NaN inside at the case's point, in a definition by other ops", checked.failure);
    return { ...checked, type, notes: [...notes, ...checked.notes] };
  } finally {
    await functions.release();
  }
}

/** How far inputs are moved off a point where the function has a kink, relative to their size. */
const moves = [0.03, 0.1, 0.003];

async function agree(
  functions: CaseFunctions,
  point: ReadonlyMap<string, Float64Array>,
  type: FloatType,
  random: Random,
): Promise<{ error: number; failure?: string; notes: string[] }> {
  const own = await functions.problem(point);
  const found = await compare(own, type, random);
  if (found.disagreements.length === 0) return { error: found.error, notes: own.finite ? [] : ["where it is finite"] };
  const smooth = await firstSmooth(own, found.disagreements, type);
  if (smooth !== undefined && own.finite) return { ...failure(found), notes: [] };
  const why = own.finite ? "moved off a kink" : "moved to where it is finite";
  let last = found;
  for (const size of moves) {
    const moved = await functions.problem(
      new Map([...point].map(([name, values]) => [name, move(values, size, random)])),
    );
    if (!own.finite && !moved.finite) continue;
    last = await compare(moved, type, random);
    if (last.disagreements.length === 0) return { error: last.error, notes: [why] };
  }
  if (!own.finite && last === found) throw new LeftOut("not finite at the case's point, nor near it");
  return { ...failure(last), notes: [why] };
}

async function firstSmooth(
  problem: Problem,
  disagreements: readonly Disagreement[],
  type: FloatType,
): Promise<Disagreement | undefined> {
  for (const disagreement of disagreements) if (!(await isKink(problem, disagreement, type))) return disagreement;
  return undefined;
}

function failure({ error, disagreements, directions }: Agreement): { error: number; failure: string } {
  const [first] = disagreements;
  return { error, failure: `${disagreements.length} of ${directions} directions, first ${first?.what ?? ""}` };
}

function move(values: Float64Array, size: number, random: Random): Float64Array {
  const scale = Math.hypot(...values.filter(Number.isFinite)) / Math.sqrt(Math.max(1, values.length));
  return values.map((value) => value + size * Math.max(scale, 1e-2) * random.uniform(-1, 1));
}

/** Whether a value between the inputs and the outputs is NaN, which the outputs need not show: 0/0 behind a Where. */
async function hasNaN(graph: Graph, inputs: ReadonlyMap<string, TensorData>, runtime: Runtime): Promise<boolean> {
  const names = graph.nodes.flatMap(({ outputs }) => outputs.filter((name) => isFloat(graph.values.get(name)?.type)));
  const session = await runtime.open(writeModel(workingModel({ ...graph, outputs: names.map((name) => ({ name })) })));
  const fed = graph.inputs.flatMap(({ name }) => {
    const data = inputs.get(name);
    return data === undefined ? [] : [[name, toTensor(data)] as const];
  });
  const results = await session.run(Object.fromEntries(fed));
  await session.release();
  return names.some((name) => Array.from(results[name]?.data as Float64Array).some(Number.isNaN));
}

function equalBits(a: Tensor | undefined, b: Tensor | undefined): boolean {
  const [x, y] = [a?.data, b?.data];
  if (x === undefined || y === undefined || x.length !== y.length) return false;
  return Array.from(x as ArrayLike<unknown>).every((value, k) => Object.is(value, (y as ArrayLike<unknown>)[k]));
}

/** Whether the runtime computes what the case expects from the model as it was read, if it does at all. */
async function differenceAsRead(
  { model, inputs, outputs }: NodeCase,
  runtime: Runtime,
): Promise<"agrees" | "differs" | "cannot run"> {
  try {
    const session = await runtime.open(writeModel(model), { threads: 1 });
    const results = await session.run(Object.fromEntries([...inputs].map(([name, data]) => [name, toTensor(data)])));
    await session.release();
    return difference(results, outputs) === undefined ? "agrees" : "differs";
  } catch (error) {
    if (error instanceof OnwardError) return "cannot run";
    throw error;
  }
}
