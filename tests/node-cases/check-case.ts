import { OnwardError, Random, type Tensor } from "../../src/core/index.ts";
import { registry } from "../../src/gradients/index.ts";
import { isFloat, isHostType, qualifiedName, toTensor, writeModel } from "../../src/graph/index.ts";
import type { Runtime } from "../../src/runtime/index.ts";
import { CaseFunctions } from "./case-functions.ts";
import { compare, isKink, type Agreement, type Disagreement, type Problem } from "./differences.ts";
import { difference } from "./expected.ts";
import { LeftOut } from "./outcome.ts";
import type { NodeCase } from "./read-case.ts";
import { retype, type FloatType } from "./retype.ts";
import { settingsOf } from "./settings.ts";
import { workingGraph, type Form } from "./working-graph.ts";
import { inKnownOpset } from "./working-opset.ts";

/** A case that ran: how far rule and differences are apart, and what it took. */
export interface Checked {
  readonly error: number;
  readonly type: FloatType;
  readonly failure?: string;
  readonly notes: readonly string[];
}

/**
 * Checks the gradient of one case.
 *
 * @throws LeftOut where there is nothing to check, or the runtime cannot
 */
export async function checkCase(given: NodeCase, runtime: Runtime): Promise<Checked> {
  const { model, note } = inKnownOpset(given.model);
  const nodeCase = { ...given, model };
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

/** In float64 where the runtime has the kernels, else in float32. */
async function inSomeType(nodeCase: NodeCase, form: Form, runtime: Runtime): Promise<Checked> {
  const reasons: string[] = [];
  for (const type of ["float64", "float32"] as const) {
    try {
      return await inType(nodeCase, form, type, runtime);
    } catch (error) {
      if (!(error instanceof OnwardError) || error.code !== "runtime") throw error;
      reasons.push(error.message);
    }
  }
  const detail = reasons.at(-1) ?? "";
  if (await opensAsRead(nodeCase, runtime))
    throw new LeftOut(
      "the runtime has a kernel for the op as the case has it, none in the working opset or type",
      detail,
    );
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

async function inType(nodeCase: NodeCase, form: Form, type: FloatType, runtime: Runtime): Promise<Checked> {
  const { inputs, outputs, model } = nodeCase;
  const settings = settingsOf(model.graph);
  const retyped = new Map([...inputs].map(([name, data]) => [name, settings.has(name) ? data : retype(data, type)]));
  const graph = await workingGraph(model, retyped, settings, form, type, runtime);
  const functions = await CaseFunctions.open(graph, retyped, type, runtime);
  try {
    const notes: string[] = [];
    const results = await functions.results();
    const again = await functions.results();
    if ([...outputs.keys()].some((name) => !equalBits(results[name], again[name])))
      throw new LeftOut("the op is random");
    const apart = difference(results, outputs);
    if (apart !== undefined) {
      const asRead = await differenceAsRead(nodeCase, runtime);
      if (asRead === undefined) return { error: NaN, type, failure: `forward: ${apart}`, notes };
      notes.push(`the runtime's own result is not the expected one (${asRead})`);
    }
    const random = new Random(7, nodeCase.name);
    const point = functions.point(settings);
    if (point.size === 0) throw new LeftOut("no float input that is differentiated");
    if ([...point.values()].every(({ length }) => length === 0)) throw new LeftOut("the float inputs are empty");
    const floats = [...outputs].filter(([, data]) => isFloat(data.type)).map(([name]) => name);
    await differentiate(functions, [...point.keys()], floats, results, random, runtime, notes);
    const checked = await agree(functions, point, type, random);
    return { ...checked, type, notes: [...notes, ...checked.notes] };
  } finally {
    await functions.release();
  }
}

/** Differentiates all float outputs, or the first alone where the rule does so and refuses the others. */
async function differentiate(
  functions: CaseFunctions,
  wanted: readonly string[],
  outputs: readonly string[],
  results: Readonly<Record<string, Tensor>>,
  random: Random,
  runtime: Runtime,
  notes: string[],
): Promise<void> {
  try {
    await functions.differentiate(wanted, outputs, results, random, runtime);
  } catch (error) {
    if (!(error instanceof OnwardError) || error.code !== "unsupported") throw error;
    if (outputs.length > 1) {
      notes.push(`through the first output alone: ${error.message}`);
      return differentiate(functions, wanted, outputs.slice(0, 1), results, random, runtime, notes);
    }
    throw new LeftOut("refused in this form", error.message);
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

function equalBits(a: Tensor | undefined, b: Tensor | undefined): boolean {
  const [x, y] = [a?.data, b?.data];
  if (x === undefined || y === undefined || x.length !== y.length) return false;
  return Array.from(x as ArrayLike<unknown>).every((value, k) => Object.is(value, (y as ArrayLike<unknown>)[k]));
}

/** How far the runtime itself is from what the case expects, with the model as it was read; undefined where it agrees. */
async function differenceAsRead({ model, inputs, outputs }: NodeCase, runtime: Runtime): Promise<string | undefined> {
  try {
    const session = await runtime.open(writeModel(model), { threads: 1 });
    const results = await session.run(Object.fromEntries([...inputs].map(([name, data]) => [name, toTensor(data)])));
    await session.release();
    return difference(results, outputs);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
