import {
  dropUnread,
  GraphBuilder,
  reshapedFrom,
  tensorData,
  type DataType,
  type Graph,
  type Shape,
} from "../graph/index.ts";
import { names } from "./names.ts";

/** A value that lives from step to step. */
export interface Carried {
  readonly name: string;
  readonly type: DataType;
  readonly shape: Shape;
  /** The shape that it has from step to step, where that is another one: the blocks that it is computed in. */
  readonly blocks?: readonly [number, number] | undefined;
}

/** A carried value, and what it is after a step. */
export interface Moved {
  readonly carried: Carried;
  readonly value: string;
}

/**
 * The frame of a graph that does the same several times in one call: a Loop. What is carried is moved from one time to the
 * next, never copied; what is stacked has one value for each time, along a first axis.
 */
export class StepLoop {
  /** What is done each time. */
  readonly body: GraphBuilder;
  readonly #outer = new GraphBuilder();
  readonly #iteration: string;
  readonly #condition: string;

  constructor() {
    this.body = new GraphBuilder(this.#outer);
    this.#iteration = this.body.input("onward/iteration", "int64", []);
    this.#condition = this.body.input("onward/condition", "bool", []);
  }

  /** Declares a value that is the same each time. */
  constant({ name, type, shape }: Carried): void {
    this.#outer.input(name, type, shape);
  }

  /** Declares a value that is carried; `build` must be told what becomes of it. */
  carry(carried: Carried): void {
    const { body } = this;
    const { name, type, shape, blocks } = carried;
    if (blocks === undefined) body.input(name, type, shape);
    else reshape(body, body.input(names.blocks(name), type, blocks), carried);
  }

  /** Declares a value of which the graph is given one for each time. */
  stacked(name: string, type: DataType, shape: Shape | undefined): string {
    const { body } = this;
    const source = this.#outer.input(
      names.stacked(name),
      type,
      shape === undefined ? undefined : [names.steps, ...shape],
    );
    return emitNamed(body, "Gather", [source, this.#iteration], { name, type, shape });
  }

  /** Declares a batch whose samples are picked each time, by `names.rows`, from all that the graph is given. */
  picked(name: string, type: DataType, shape: Shape | undefined): string {
    const { body } = this;
    const all = this.#outer.input(
      names.all(name),
      type,
      shape === undefined ? undefined : [undefined, ...shape.slice(1)],
    );
    const rows = body.has(names.rows) ? names.rows : this.stacked(names.rows, "int32", [shape?.[0]]);
    return emitNamed(body, "Gather", [all, rows], { name, type, shape });
  }

  /**
   * The whole graph. Inputs: how often, the carried values as `before`, what is stacked. Outputs: the carried values as
   * `after`, those that are carried in blocks in their shape, and each of `scanned` under its name, stacked along a first axis.
   */
  build(name: string, moved: readonly Moved[], scanned: ReadonlyMap<string, string>): Graph {
    const { body } = this;
    const outer = this.#outer;
    body.output("onward/continue", this.#condition);
    for (const { carried, value } of moved) {
      const { name, shape, blocks } = carried;
      const given = blocks === undefined ? value : (reshapedFrom(body, value, blocks) ?? body.reshape(value, blocks));
      // What stays as it is has no node of its own to come from.
      body.output(value === name ? names.after(value) : given, given, blocks ?? shape);
    }
    for (const value of scanned.values()) body.output(value);

    const steps = outer.input(names.steps, "int64", []);
    const initial = moved.map(({ carried: { name, type, shape, blocks } }) => {
      const value = outer.input(names.before(name), type, shape);
      return blocks === undefined ? value : reshape(outer, value, { name: names.blocks(value), type, shape: blocks });
    });
    const outputs = [...moved.map(({ carried }) => names.after(carried.name)), ...scanned.keys()];
    for (const output of outputs) outer.claim(output);
    const step = dropUnread(body.build("step"));
    const inputs = new Map(step.inputs.map((input) => [input.name, input]));
    const held = ({ name, blocks }: Carried) => (blocks === undefined ? name : names.blocks(name));
    const order = [this.#iteration, this.#condition, ...moved.map(({ carried }) => held(carried))];
    outer.node({
      op: "Loop",
      domain: "",
      name: "steps",
      inputs: [steps, "", ...initial],
      outputs,
      attributes: new Map([
        ["body", { kind: "graph", value: { ...step, inputs: order.flatMap((input) => inputs.get(input) ?? []) } }],
      ]),
    });
    for (const { carried } of moved) {
      outer.describe(names.after(carried.name), carried.type, carried.blocks ?? carried.shape);
    }
    for (const output of outputs) outer.output(output);
    return outer.build(name);
  }
}

/** Emits a node whose output has a name of its own: one that is made up could be taken already, as frame and body share what they see. */
function emitNamed(
  g: GraphBuilder,
  op: string,
  inputs: readonly string[],
  { name, type, shape }: { readonly name: string; readonly type: DataType; readonly shape: Shape | undefined },
): string {
  g.claim(name);
  g.node({ op, domain: "", name, inputs, outputs: [name], attributes: new Map() });
  g.describe(name, type, shape);
  return name;
}

function reshape(g: GraphBuilder, value: string, { name, type, shape }: Carried): string {
  const dims = g.initializer(`${name}/shape`, tensorData("int64", [shape.length], shape as readonly number[]));
  return emitNamed(g, "Reshape", [value, dims], { name, type, shape });
}
