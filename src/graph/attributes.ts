import { OnwardError } from "../core/errors.ts";
import { describeNode, type Attribute, type Graph, type Node } from "./model.ts";
import type { TensorData } from "./tensor-data.ts";

/** A number that is written as a float attribute; a bare number is written as an int. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Marks a number as a float attribute. */
export function float(value: number): Float {
  return new Float(value);
}

/** What a builder accepts as an attribute: number is int, `float(x)` is float, a list of numbers is ints. */
export type AttributeInput =
  number | Float | string | readonly number[] | readonly Float[] | readonly string[] | TensorData | Graph | Attribute;

/** Turns a builder's attribute into an ONNX attribute. */
export function attribute(name: string, input: AttributeInput): Attribute {
  if (typeof input === "number") {
    if (!Number.isSafeInteger(input))
      throw new OnwardError("model", { expected: `attribute ${name} to be an integer`, got: String(input) });
    return { kind: "int", value: input };
  }
  if (input instanceof Float) return { kind: "float", value: input.value };
  if (typeof input === "string") return { kind: "string", value: input };
  if (isList(input)) return listAttribute(input);
  if ("kind" in input) return input;
  if ("bytes" in input) return { kind: "tensor", value: input };
  return { kind: "graph", value: input };
}

function isList(input: object): input is readonly number[] | readonly Float[] | readonly string[] {
  return Array.isArray(input);
}

function listAttribute(list: readonly number[] | readonly Float[] | readonly string[]): Attribute {
  if (list.every((item) => typeof item === "string"))
    return list.length === 0 ? { kind: "ints", value: [] } : { kind: "strings", value: list };
  if (list.every((item) => item instanceof Float)) return { kind: "floats", value: list.map((item) => item.value) };
  return { kind: "ints", value: list };
}

/** Reads attributes by kind; a missing one gives the default, one of another kind an error that names the node. */
export function intAttribute(node: Node, name: string, fallback: number): number;
export function intAttribute(node: Node, name: string): number | undefined;
export function intAttribute(node: Node, name: string, fallback?: number): number | undefined {
  return read(node, name, "int") ?? fallback;
}

export function floatAttribute(node: Node, name: string, fallback: number): number;
export function floatAttribute(node: Node, name: string): number | undefined;
export function floatAttribute(node: Node, name: string, fallback?: number): number | undefined {
  return read(node, name, "float") ?? fallback;
}

export function stringAttribute(node: Node, name: string, fallback: string): string;
export function stringAttribute(node: Node, name: string): string | undefined;
export function stringAttribute(node: Node, name: string, fallback?: string): string | undefined {
  return read(node, name, "string") ?? fallback;
}

export function intsAttribute(node: Node, name: string): readonly number[] | undefined {
  return read(node, name, "ints");
}

export function floatsAttribute(node: Node, name: string): readonly number[] | undefined {
  return read(node, name, "floats");
}

export function stringsAttribute(node: Node, name: string): readonly string[] | undefined {
  return read(node, name, "strings");
}

export function tensorAttribute(node: Node, name: string): TensorData | undefined {
  return read(node, name, "tensor");
}

type ValueOf<K extends Attribute["kind"]> = Extract<Attribute, { kind: K }>["value"];

function read<K extends Attribute["kind"]>(node: Node, name: string, kind: K): ValueOf<K> | undefined {
  const found = node.attributes.get(name);
  if (found === undefined) return undefined;
  if (found.kind !== kind) {
    throw new OnwardError("model", {
      expected: `attribute ${name} to be of kind ${kind}`,
      got: found.kind,
      where: describeNode(node),
    });
  }
  const value: unknown = found.value;
  return value as ReturnType<typeof read<K>>;
}
