import {
  intAttribute,
  isFloat,
  isStatic,
  numbersOf,
  qualifiedName,
  tensorData,
  type Graph,
  type Node,
  type Shape,
  type TensorData,
} from "../graph/index.ts";

/**
 * Makes the function that tells the value of a node which needs no computing: a constant, or sizes out of a shape whose other
 * sizes may be unknown. It is to be called with the nodes in their order.
 *
 * @param constants - the values that are known
 */
export function knownValues(
  graph: Graph,
  constants: ReadonlyMap<string, TensorData>,
): (node: Node) => TensorData | undefined {
  const shapes = new Map<string, Shape>();
  return (node) => {
    const [x = "", second = ""] = node.inputs;
    const [output = ""] = node.outputs;
    switch (qualifiedName(node)) {
      case "Constant":
        return constantValue(node);
      case "CastLike": {
        // A cast to the type that it has
        const data = constants.get(x);
        return data?.type === graph.values.get(second)?.type ? data : undefined;
      }
      case "Size": {
        const shape = shapeOf(x);
        return isStatic(shape)
          ? tensorData("int64", [], [shape.reduce((product, dim) => product * dim, 1)])
          : undefined;
      }
      case "Shape": {
        const shape = shapeOf(x);
        if (shape === undefined) return undefined;
        const part = shape.slice(intAttribute(node, "start", 0), intAttribute(node, "end", shape.length));
        shapes.set(output, part);
        return isStatic(part) ? tensorData("int64", [part.length], part) : undefined;
      }
      case "Gather": {
        const indices = constants.get(second);
        const shape = shapes.get(x);
        if (shape === undefined || indices === undefined) return undefined;
        const picked = numbersOf(indices).map((index) => shape.at(index));
        return isStatic(picked) ? tensorData("int64", indices.dims, picked) : undefined;
      }
      case "Slice": {
        const [start, end] = [second, node.inputs[2] ?? ""].map((name) => firstOf(constants.get(name)));
        const steps = node.inputs[4] ?? "";
        const shape = shapes.get(x);
        const byOne = steps === "" || firstOf(constants.get(steps)) === 1;
        if (shape === undefined || start === undefined || end === undefined || !byOne) return undefined;
        const part = shape.slice(start, end);
        shapes.set(output, part);
        return isStatic(part) ? tensorData("int64", [part.length], part) : undefined;
      }
      default:
        return undefined;
    }
  };

  function shapeOf(name: string): Shape | undefined {
    const own = graph.initializers.get(name)?.dims;
    if (own !== undefined) return own;
    const value = graph.values.get(name);
    // Of what is no float, an empty list can mean that the rank is unknown.
    return value?.shape?.length === 0 && !isFloat(value.type) ? undefined : value?.shape;
  }
}

function firstOf(data: TensorData | undefined): number | undefined {
  return data === undefined ? undefined : numbersOf(data)[0];
}

function constantValue(node: Node): TensorData | undefined {
  for (const [name, { kind, value }] of node.attributes) {
    if (name === "value" && kind === "tensor") return value;
    if (kind === "float") return tensorData("float32", [], [value]);
    if (kind === "int") return tensorData("int64", [], [value]);
    if (kind === "floats") return tensorData("float32", [value.length], value);
    if (kind === "ints") return tensorData("int64", [value.length], value);
    if (kind === "string") return { type: "string", dims: [], bytes: new Uint8Array(), strings: [value] };
    if (kind === "strings") return { type: "string", dims: [value.length], bytes: new Uint8Array(), strings: value };
  }
  return undefined;
}
