import { OnwardError, show } from "../core/errors.ts";
import { attribute, type AttributeInput } from "./attributes.ts";
import type { DataType } from "./data-types.ts";
import type { Dim, Graph, Node, Shape, Value } from "./model.ts";
import { resultType } from "./result-type.ts";
import { tensorData, type TensorData } from "./tensor-data.ts";

/** A value's name, or a number that becomes a scalar constant of the other operand's type. */
export type Operand = string | number;

/** Attributes by name; `domain` is not one of them: an op outside the default domain is named "domain:Op". */
export type AttributeInputs = Readonly<Record<string, AttributeInput | undefined>>;

/**
 * Builds a graph node by node. Values are their names; every method that computes returns the name of its result.
 *
 * The builder knows the element type of every value that it emitted, so that numbers can stand for constants.
 *
 * @example
 * ```ts
 * import { GraphBuilder } from "onward/graph";
 * const g = new GraphBuilder();
 * const x = g.input("x", "float32", ["N", 3]);
 * g.output("y", g.mul(g.op("Tanh", [x]), 2));
 * const graph = g.build("double tanh");
 * ```
 */
export class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];
  readonly #initializers = new Map<string, TensorData>();
  readonly #types = new Map<string, DataType>();
  readonly #shapes = new Map<string, Shape>();
  readonly #taken = new Set<string>();
  readonly #constants = new Map<string, string>();
  readonly #largeConstants = new Map<string, readonly string[]>();
  readonly #outer: GraphBuilder | undefined;
  #counter = 0;

  /** @param outer - the builder of the surrounding graph, for the body of a Loop or If: its values can be read */
  constructor(outer?: GraphBuilder) {
    this.#outer = outer;
  }

  /** Declares an input. */
  input(name: string, type: DataType, shape?: Shape): string {
    this.claim(name);
    this.#inputs.push({ name, type, shape });
    this.describe(name, type, shape);
    return name;
  }

  /** Declares a value as the output `name`; an Identity gives it that name where it has another. */
  output(name: string, value: string = name, shape?: Shape): void {
    if (name !== value) {
      this.claim(name);
      this.#nodes.push({ op: "Identity", domain: "", name, inputs: [value], outputs: [name], attributes: new Map() });
      this.describe(name, this.typeOf(value), shape ?? this.shapeOf(value));
    }
    this.#outputs.push({ name, type: this.typeOf(value), shape: shape ?? this.shapeOf(name) });
  }

  /** Adds an initializer under a name of its own. */
  initializer(name: string, data: TensorData): string {
    this.claim(name);
    return this.#hold(name, data);
  }

  #hold(name: string, data: TensorData): string {
    this.#initializers.set(name, data);
    this.describe(name, data.type, data.dims);
    return name;
  }

  /** Adds a constant; equal ones are kept once. */
  constant(data: TensorData, hint = "constant"): string {
    if (data.bytes.length > 256) return this.#large(data, hint);
    const key = `${data.type}[${data.dims.join()}]${data.bytes.join()}${data.strings?.join("\0") ?? ""}`;
    let name = this.#constants.get(key);
    if (name === undefined) {
      name = this.#hold(this.fresh(hint), data);
      this.#constants.set(key, name);
    }
    return name;
  }

  /** Finds an equal constant by its bytes, among those of its type and shape. */
  #large(data: TensorData, hint: string): string {
    const key = `${data.type}[${data.dims.join()}]`;
    const alike = this.#largeConstants.get(key) ?? [];
    const found = alike.find((name) => equalBytes(this.#initializers.get(name)?.bytes, data.bytes));
    if (found !== undefined) return found;
    const name = this.#hold(this.fresh(hint), data);
    this.#largeConstants.set(key, [...alike, name]);
    return name;
  }

  /** A scalar constant. */
  scalar(value: number, type: DataType): string {
    if (type === "float16" || type === "bfloat16")
      return this.op("Cast", [this.scalar(value, "float32")], { to: type === "float16" ? 10 : 16 });
    return this.constant(tensorData(type as "float32", [], [value]));
  }

  /** A one-dimensional int64 constant: axes, shapes, pads. */
  ints(values: readonly number[]): string {
    return this.constant(tensorData("int64", [values.length], values));
  }

  /** A scalar int64 constant. */
  int(value: number): string {
    return this.scalar(value, "int64");
  }

  /** Emits a node with one output. */
  op(op: string, inputs: readonly string[], attributes: AttributeInputs = {}): string {
    return this.ops(op, inputs, 1, attributes)[0] as string;
  }

  /** Emits a node with several outputs. */
  ops(op: string, inputs: readonly string[], outputs: number, attributes: AttributeInputs = {}): string[] {
    const colon = op.lastIndexOf(":");
    const type = op.slice(colon + 1);
    const names = Array.from({ length: outputs }, () => this.fresh(type));
    this.node({
      op: type,
      domain: colon < 0 ? "" : op.slice(0, colon),
      name: names[0] as string,
      inputs,
      outputs: names,
      attributes: new Map(
        Object.entries(attributes).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, attribute(name, value)] as const],
        ),
      ),
    });
    return names;
  }

  /** Adds a node as it stands; its output names must be claimed or fresh. */
  node(node: Node): void {
    for (const [i, output] of node.outputs.entries()) {
      if (output === "") continue;
      this.#taken.add(output);
      if (this.#types.has(output)) continue;
      const type = resultType(node, i, (name) => this.typeOf(name));
      if (type !== undefined) this.#types.set(output, type);
    }
    this.#nodes.push(node);
  }

  /** The nodes so far. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** The node whose first output a value is; undefined where it is an input, a constant or nothing yet. */
  producer(value: string): Node | undefined {
    return this.#nodes.findLast(({ outputs }) => outputs[0] === value);
  }

  /** The name of output `i` of a node that is here already; an optional output that the node lacks is added to it. */
  outputOf(node: Node, i: number): string {
    const at = this.#nodes.findIndex((candidate) => candidate.outputs[0] === node.outputs[0]);
    const found = this.#nodes[at];
    if (found === undefined) throw new OnwardError("model", { expected: `node ${show(node.name)} to be in the graph` });
    const present = found.outputs[i];
    if (present !== undefined && present !== "") return present;
    const name = this.fresh(node.op);
    const outputs = Array.from({ length: Math.max(found.outputs.length, i + 1) }, (_, k) => found.outputs[k] ?? "");
    outputs[i] = name;
    const extended = { ...found, outputs };
    this.#nodes[at] = extended;
    const type = resultType(extended, i, (value) => this.typeOf(value));
    if (type !== undefined) this.#types.set(name, type);
    return name;
  }

  /** Adds another graph's initializers and nodes under their own names; its inputs must be defined here already. */
  include(graph: Graph): void {
    for (const [name, data] of graph.initializers) if (!this.has(name)) this.initializer(name, data);
    for (const value of graph.values.values()) this.describe(value.name, value.type, value.shape);
    for (const node of graph.nodes) for (const output of node.outputs) if (output !== "") this.claim(output);
    for (const node of graph.nodes) this.node(node);
  }

  /** Records what is known of a value. */
  describe(name: string, type: DataType | undefined, shape: Shape | undefined): void {
    if (type !== undefined) this.#types.set(name, type);
    if (shape !== undefined) this.#shapes.set(name, shape);
  }

  /** The element type of a value, where it is known. */
  typeOf(name: string): DataType | undefined {
    return this.#types.get(name) ?? this.#outer?.typeOf(name);
  }

  /** The shape of a value, where it is known. */
  shapeOf(name: string): Shape | undefined {
    return this.#shapes.get(name) ?? this.#outer?.shapeOf(name);
  }

  /** The constant of that name, undefined for values that are computed or fed. */
  constantOf(name: string): TensorData | undefined {
    return this.#initializers.get(name) ?? this.#outer?.constantOf(name);
  }

  /** Whether a value of that name exists. */
  has(name: string): boolean {
    return this.#taken.has(name) || (this.#outer?.has(name) ?? false);
  }

  /** A name that nothing bears yet. */
  fresh(hint: string): string {
    let name: string;
    do name = `onward/${hint}_${this.#counter++}`;
    while (this.has(name));
    this.#taken.add(name);
    return name;
  }

  /** Takes a name; an error where it is taken. */
  claim(name: string): void {
    if (this.#taken.has(name))
      throw new OnwardError("model", {
        expected: `value ${show(name)} to be defined once`,
        got: "a second definition",
      });
    this.#taken.add(name);
  }

  /** The graph as built so far. */
  build(name: string): Graph {
    return {
      name,
      nodes: [...this.#nodes],
      inputs: [...this.#inputs],
      outputs: [...this.#outputs],
      initializers: new Map(this.#initializers),
      values: new Map(),
    };
  }

  add(a: Operand, b: Operand): string {
    return this.#binary("Add", a, b);
  }
  sub(a: Operand, b: Operand): string {
    return this.#binary("Sub", a, b);
  }
  mul(a: Operand, b: Operand): string {
    return this.#binary("Mul", a, b);
  }
  div(a: Operand, b: Operand): string {
    return this.#binary("Div", a, b);
  }
  pow(a: Operand, b: Operand): string {
    return this.#binary("Pow", a, b);
  }
  greater(a: Operand, b: Operand): string {
    return this.#binary("Greater", a, b);
  }
  less(a: Operand, b: Operand): string {
    return this.#binary("Less", a, b);
  }
  equal(a: Operand, b: Operand): string {
    return this.#binary("Equal", a, b);
  }
  neg(x: string): string {
    return this.#unary("Neg", x);
  }
  exp(x: string): string {
    return this.#unary("Exp", x);
  }
  sqrt(x: string): string {
    return this.#unary("Sqrt", x);
  }
  square(x: string): string {
    return this.mul(x, x);
  }
  reciprocal(x: string): string {
    return this.#unary("Reciprocal", x);
  }
  matMul(a: string, b: string): string {
    return this.op("MatMul", [a, b]);
  }
  where(condition: string, a: Operand, b: Operand): string {
    const [x, y] = this.#operands("Where", a, b);
    return this.op("Where", [condition, x, y]);
  }
  /** Casts to the type of another value. */
  castLike(x: string, like: string): string {
    return this.op("CastLike", [x, like]);
  }
  transpose(x: string, perm: readonly number[]): string {
    return perm.every((axis, i) => axis === i) ? x : this.op("Transpose", [x], { perm });
  }
  /** Reshapes to a constant shape, or to the shape that an int64 value holds. */
  reshape(x: string, shape: string | readonly number[]): string {
    return this.op("Reshape", [x, typeof shape === "string" ? shape : this.ints(shape)]);
  }
  /** The shape of a value as an int64 vector: a constant where all of it is known. */
  shape(x: string): string {
    const shape = this.shapeOf(x);
    return isStatic(shape) ? this.ints(shape) : this.op("Shape", [x]);
  }
  sum(x: string, axes: readonly number[], keepdims = 0): string {
    return axes.length === 0 ? x : this.op("ReduceSum", [x, this.ints(axes)], { keepdims });
  }
  mean(x: string, axes: readonly number[], keepdims = 0): string {
    return this.op("ReduceMean", [x, this.ints(axes)], { keepdims });
  }
  concat(parts: readonly string[], axis: number): string {
    return parts.length === 1 ? (parts[0] as string) : this.op("Concat", parts, { axis });
  }
  unsqueeze(x: string, axes: readonly number[]): string {
    return axes.length === 0 ? x : this.op("Unsqueeze", [x, this.ints(axes)]);
  }
  squeeze(x: string, axes: readonly number[]): string {
    return axes.length === 0 ? x : this.op("Squeeze", [x, this.ints(axes)]);
  }

  #unary(op: string, x: string): string {
    const result = this.op(op, [x]);
    this.describe(result, undefined, this.shapeOf(x));
    return result;
  }

  #binary(op: string, a: Operand, b: Operand): string {
    const operands = this.#operands(op, a, b);
    const [x, y] = operands.map((name) => this.shapeOf(name));
    const isX = y?.length === 0 || (x !== undefined && x.join() === y?.join());
    const shape = isX ? x : x?.length === 0 ? y : undefined;
    const result = this.op(op, [this.#levelled(operands[0], shape), this.#levelled(operands[1], shape)]);
    this.describe(result, undefined, isStatic(shape) ? shape : undefined);
    return result;
  }

  /**
   * A scalar with as many axes as what it meets, where that ends with axes of size 1: the runtime would go through it element by
   * element, at a tenth of the speed.
   */
  #levelled(name: string, other: Shape | undefined): string {
    const plain = other === undefined || other.length < 2 || other.at(-1) !== 1;
    if (plain || this.shapeOf(name)?.length !== 0) return name;
    const ones = other.map(() => 1);
    const levelled = this.reshape(name, ones);
    this.describe(levelled, undefined, ones);
    return levelled;
  }

  #operands(op: string, a: Operand, b: Operand): [string, string] {
    if (typeof a === "string") return [a, typeof b === "string" ? b : this.scalar(b, this.#known(op, a))];
    if (typeof b === "string") return [this.scalar(a, this.#known(op, b)), b];
    throw new OnwardError("model", { expected: `${op} to have an operand that is not a number`, got: `${a} and ${b}` });
  }

  #known(op: string, name: string): DataType {
    const type = this.typeOf(name);
    if (type === undefined)
      throw new OnwardError("model", { expected: `the element type of ${show(name)} to be known`, where: op });
    return type;
  }
}

/** Whether every dimension is a number. */
export function isStatic(shape: readonly Dim[] | undefined): shape is readonly number[] {
  return shape !== undefined && shape.every((dim) => typeof dim === "number");
}

function equalBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i]);
}
