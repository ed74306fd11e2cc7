import type { TensorData } from "./tensor-data.ts";
import type { DataType } from "./data-types.ts";

/** A dimension: a size, a symbolic name, or unknown. */
export type Dim = number | string | undefined;

/** The shape of a value; its rank is known, its dimensions need not be. */
export type Shape = readonly Dim[];

/** A named value of a graph with what is known of it. */
export interface Value {
  readonly name: string;
  /** Absent where the file does not say, or where the value is not a tensor. */
  readonly type?: DataType | undefined;
  readonly shape?: Shape | undefined;
  /** A sequence, map or optional, kept as its encoded TypeProto. */
  readonly opaque?: Uint8Array | undefined;
  /** What the exporter noted of it, by key. */
  readonly metadata?: ReadonlyMap<string, string> | undefined;
}

/** An attribute of a node. Integers outside the safe range are refused when read. */
export type Attribute =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "tensor"; readonly value: TensorData }
  | { readonly kind: "graph"; readonly value: Graph }
  | { readonly kind: "graphs"; readonly value: readonly Graph[] }
  /** Inside a function: the caller's attribute of that name. */
  | { readonly kind: "reference"; readonly value: string }
  /** Of a kind that only passes through (sparse tensors, types), kept as its encoded AttributeProto. */
  | { readonly kind: "opaque"; readonly value: Uint8Array };

/** An operation. An absent optional input or output is the empty string. */
export interface Node {
  readonly op: string;
  /** "" is ONNX's default domain ("ai.onnx" is read as ""). */
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** Which overload of a model-local function is meant; almost always "". */
  readonly overload?: string | undefined;
}

/** A graph: nodes in topological order, and the constants that they read. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly initializers: ReadonlyMap<string, TensorData>;
  /** What the file says of values between the nodes. */
  readonly values: ReadonlyMap<string, Value>;
  /** What the exporter noted of it, by key. */
  readonly metadata?: ReadonlyMap<string, string> | undefined;
}

/** A function that a model defines and its nodes call. */
export interface ModelFunction {
  readonly domain: string;
  readonly name: string;
  readonly overload: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly string[];
  readonly defaults: ReadonlyMap<string, Attribute>;
  readonly nodes: readonly Node[];
  readonly opsets: ReadonlyMap<string, number>;
}

/** An ONNX model as data. */
export interface Model {
  readonly irVersion: number;
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: Graph;
  readonly functions: readonly ModelFunction[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly producer: { readonly name: string; readonly version: string };
}

/** The name that a registry knows an operation by: "Relu", or "com.microsoft:Gelu" outside the default domain. */
export function qualifiedName(node: Pick<Node, "op" | "domain">): string {
  return node.domain === "" ? node.op : `${node.domain}:${node.op}`;
}

/** How an error names a node: its operation and its name, or its first output where it has none. */
export function describeNode(node: Node): string {
  return `node ${qualifiedName(node)} ${JSON.stringify(node.name === "" ? (node.outputs[0] ?? "") : node.name)}`;
}
