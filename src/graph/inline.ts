import { OnwardError, show } from "../core/errors.ts";
import { GraphBuilder } from "./builder.ts";
import { mapBodies } from "./map-bodies.ts";
import { describeNode, type Attribute, type Graph, type Model, type ModelFunction, type Node } from "./model.ts";
import { checkOpset, upgradeNodes } from "./upgrade.ts";
import { workingOpset } from "./working-model.ts";

/**
 * Replaces every call of a function that the model defines by the function's nodes, in the working opset. The values inside
 * take names of their own, after the call's.
 *
 * @throws OnwardError `model` when a function calls itself
 */
export function inlineFunctions(model: Model): Model {
  if (model.functions.length === 0) return model;
  const functions = new Map(model.functions.map((f) => [key(f.domain, f.name, f.overload), f]));
  return { ...model, graph: inlineGraph(model.graph, functions, new Set(), undefined), functions: [] };
}

type Functions = ReadonlyMap<string, ModelFunction>;

function key(domain: string, name: string, overload: string | undefined): string {
  return `${domain}:${name}:${overload ?? ""}`;
}

function inlineGraph(
  graph: Graph,
  functions: Functions,
  open: ReadonlySet<string>,
  outer: GraphBuilder | undefined,
): Graph {
  const g = new GraphBuilder(outer);
  for (const { name } of graph.inputs) g.claim(name);
  for (const name of graph.initializers.keys()) if (!g.has(name)) g.claim(name);
  for (const node of graph.nodes) for (const name of node.outputs) if (name !== "") g.claim(name);
  for (const node of graph.nodes) emit(g, node, functions, open);
  const { nodes, initializers } = g.build(graph.name);
  return { ...graph, nodes, initializers: new Map([...graph.initializers, ...initializers]) };
}

function emit(g: GraphBuilder, node: Node, functions: Functions, open: ReadonlySet<string>): void {
  const name = key(node.domain, node.op, node.overload);
  const f = functions.get(name);
  if (f === undefined) {
    g.node(mapBodies(node, (body) => inlineGraph(body, functions, open, g)));
    return;
  }
  if (open.has(name))
    throw new OnwardError("model", {
      expected: `function ${show(f.name)} not to call itself`,
      where: describeNode(node),
    });
  const opset = f.opsets.get("") ?? workingOpset;
  checkOpset(opset, `function ${show(f.name)}`);
  const body = new GraphBuilder(g);
  const called = instantiate(f, node, g);
  for (const inner of called)
    for (const output of inner.outputs) if (output !== "" && !body.has(output)) body.claim(output);
  upgradeNodes(called, opset, body);
  const { nodes, initializers } = body.build(f.name);
  for (const [constant, data] of initializers) g.initializer(constant, data);
  for (const inner of nodes) emit(g, inner, functions, new Set(open).add(name));
}

/** The function's nodes with the caller's values and attributes in the place of its own. */
function instantiate(f: ModelFunction, call: Node, g: GraphBuilder): Node[] {
  const values = new Map<string, string>([["", ""]]);
  for (const [i, input] of f.inputs.entries()) values.set(input, call.inputs[i] ?? "");
  // A function may hand an input on as an output.
  const passed: Node[] = [];
  for (const [i, output] of f.outputs.entries()) {
    const wanted = call.outputs[i] ?? "";
    if (wanted === "") continue;
    const source = values.get(output);
    if (source === undefined) values.set(output, wanted);
    else passed.push(identity(source, wanted));
  }
  const prefix = call.name === "" ? f.name : call.name;
  const rename = (name: string) => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const fresh = g.fresh(`${prefix}/${name}`);
    values.set(name, fresh);
    return fresh;
  };
  return [...f.nodes.map((node) => renamed(node, rename, f, call)), ...passed];
}

function renamed(node: Node, rename: (name: string) => string, f: ModelFunction, call: Node): Node {
  const attributes = [...node.attributes].flatMap(([name, attribute]): [string, Attribute][] => {
    if (attribute.kind !== "reference") return [[name, attribute]];
    const given = call.attributes.get(attribute.value) ?? f.defaults.get(attribute.value);
    return given === undefined ? [] : [[name, given]];
  });
  const outputs = node.outputs.map(rename);
  const own: Node = {
    ...node,
    // The runtime wants names of nodes that differ, and functions are called more than once.
    name: outputs[0] ?? "",
    inputs: node.inputs.map(rename),
    outputs,
    attributes: new Map(attributes),
  };
  return mapBodies(own, (body) => ({
    ...body,
    inputs: body.inputs.map((value) => ({ ...value, name: rename(value.name) })),
    outputs: body.outputs.map((value) => ({ ...value, name: rename(value.name) })),
    initializers: new Map([...body.initializers].map(([name, data]) => [rename(name), data])),
    nodes: body.nodes.map((inner) => renamed(inner, rename, f, call)),
    values: new Map(),
  }));
}

function identity(from: string, to: string): Node {
  return { op: "Identity", domain: "", name: to, inputs: [from], outputs: [to], attributes: new Map() };
}
