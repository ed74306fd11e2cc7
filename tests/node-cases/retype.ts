import {
  dataTypeNumber,
  isFloat,
  tensorData,
  typedArray,
  type Attribute,
  type Graph,
  type Node,
  type TensorData,
} from "../../src/graph/index.ts";
import { mapBodies } from "../../src/graph/map-bodies.ts";

/** The types that a case is run in: its own floats are all taken to one of these. */
export type FloatType = "float32" | "float64";

/** The same graph over another type of floats: inputs, constants, casts and the types that attributes name. */
export function retypeGraph(graph: Graph, to: FloatType): Graph {
  return {
    ...graph,
    inputs: graph.inputs.map((value) => ({ ...value, type: isFloat(value.type) ? to : value.type })),
    outputs: graph.outputs.map((value) => ({ ...value, type: isFloat(value.type) ? to : value.type })),
    initializers: new Map([...graph.initializers].map(([name, data]) => [name, retype(data, to)])),
    nodes: graph.nodes.map((node) => mapBodies(retypeNode(node, to), (body) => retypeGraph(body, to))),
    values: new Map(),
  };
}

const floatNumbers: readonly number[] = (["float32", "float64", "float16", "bfloat16"] as const).map(dataTypeNumber);

function retypeNode(node: Node, to: FloatType): Node {
  const attributes = [...node.attributes].map(([name, attribute]): [string, Attribute] => {
    if (attribute.kind === "tensor") return [name, { kind: "tensor", value: retype(attribute.value, to) }];
    if (node.op === "Constant" && attribute.kind === "float")
      return ["value", { kind: "tensor", value: tensorData(to, [], [attribute.value]) }];
    if (node.op === "Constant" && attribute.kind === "floats")
      return ["value", { kind: "tensor", value: tensorData(to, [attribute.value.length], attribute.value) }];
    const names =
      (name === "to" || name === "dtype") && attribute.kind === "int" && floatNumbers.includes(attribute.value);
    return [name, names ? { kind: "int", value: dataTypeNumber(to) } : attribute];
  });
  return { ...node, attributes: new Map(attributes) };
}

/** A constant in another type of floats; others as they are. */
export function retype(data: TensorData, to: FloatType): TensorData {
  return isFloat(data.type) && data.type !== to ? tensorData(to, data.dims, numbersIn(data)) : data;
}

/** The elements of a tensor of floats or integers, halves decoded. */
export function numbersIn(data: TensorData): number[] {
  const values = Array.from(typedArray(data) as ArrayLike<number | bigint>, Number);
  return data.type === "float16" ? values.map(half) : data.type === "bfloat16" ? values.map(brain) : values;
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function brain(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits);
  return view.getFloat32(0);
}
