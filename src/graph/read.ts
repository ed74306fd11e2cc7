import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType,
  ModelProtoSchema,
  TypeProtoSchema,
  type AttributeProto,
  type FunctionProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type ValueInfoProto,
} from "onnx-buf";
import { OnwardError, show } from "../core/errors.ts";
import { dataTypeOf } from "./data-types.ts";
import { inOrder } from "./in-order.ts";
import type { Attribute, Dim, Graph, Model, ModelFunction, Node, Value } from "./model.ts";
import type { ExternalData } from "./external-data.ts";
import { readTensor } from "./read-tensor.ts";
import { tensorData } from "./tensor-data.ts";
import { verifyModel } from "./verify.ts";

/** Where a model came from, for errors, and how to get at its external data. */
export interface ReadOptions {
  /** The file's name, for errors. */
  readonly name?: string;
  /** Reads the part of an external file that a tensor names; without it, external data is an error. */
  readonly external?: ExternalData;
}

/**
 * Reads a model from the bytes of an ONNX file and verifies it.
 *
 * Tensors share the memory of `bytes`. Sizes are checked against the bytes that are there before memory is taken.
 *
 * @throws OnwardError `model` when the bytes are no ONNX model or the graph is malformed
 */
export function readModel(bytes: Uint8Array, options: ReadOptions = {}): Model {
  const name = options.name ?? "the model";
  let proto: ModelProto;
  try {
    proto = fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw new OnwardError("model", {
      expected: "an ONNX model",
      got: `${bytes.length} bytes that end early or are something else`,
      where: name,
      cause,
    });
  }
  if (proto.graph === undefined || proto.opsetImport.length === 0) {
    throw new OnwardError("model", {
      expected: "an ONNX model with a graph and an opset",
      got: `${bytes.length} bytes without`,
      where: name,
    });
  }
  const reader = new Reader(name, options.external);
  const model: Model = {
    irVersion: Number(proto.irVersion),
    opsets: opsets(proto.opsetImport),
    graph: reader.graph(proto.graph),
    functions: proto.functions.map((f) => reader.function(f)),
    metadata: entries(proto),
    producer: { name: proto.producerName, version: proto.producerVersion },
  };
  verifyModel(model, name);
  return model;
}

function opsets(imports: ModelProto["opsetImport"]): Map<string, number> {
  return new Map(imports.map(({ domain, version }) => [domainOf(domain), Number(version)]));
}

function domainOf(domain: string): string {
  return domain === "ai.onnx" ? "" : domain;
}

class Reader {
  readonly #name: string;
  readonly #external: ExternalData | undefined;

  constructor(name: string, external: ExternalData | undefined) {
    this.#name = name;
    this.#external = external;
  }

  graph(proto: GraphProto): Graph {
    if (proto.sparseInitializer.length > 0) {
      const first = proto.sparseInitializer[0]?.values?.name ?? "";
      throw new OnwardError("unsupported", {
        expected: "dense initializers",
        got: `a sparse one, ${show(first)}`,
        where: this.#name,
      });
    }
    return {
      name: proto.name,
      nodes: inOrder(proto.node.map((node) => this.node(node))),
      inputs: proto.input.map(value),
      outputs: proto.output.map(value),
      initializers: new Map(
        proto.initializer.map((tensor) => [tensor.name, readTensor(tensor, this.#name, this.#external)]),
      ),
      values: new Map(proto.valueInfo.map((info) => [info.name, value(info)])),
      ...notes(proto),
    };
  }

  node(proto: NodeProto): Node {
    const constant = proto.opType === "Constant" ? constantInts(proto.attribute) : undefined;
    return {
      op: proto.opType,
      domain: domainOf(proto.domain),
      name: proto.name,
      inputs: proto.opType === "DFT" ? withoutAbsentEnd(proto.input) : proto.input,
      outputs: proto.output,
      attributes: constant ?? this.attributes(proto.attribute),
      overload: proto.overload === "" ? undefined : proto.overload,
    };
  }

  function(proto: FunctionProto): ModelFunction {
    return {
      domain: domainOf(proto.domain),
      name: proto.name,
      overload: proto.overload,
      inputs: proto.input,
      outputs: proto.output,
      attributes: proto.attribute,
      defaults: this.attributes(proto.attributeProto),
      nodes: proto.node.map((node) => this.node(node)),
      opsets: opsets(proto.opsetImport),
    };
  }

  attributes(protos: readonly AttributeProto[]): Map<string, Attribute> {
    return new Map(protos.map((proto) => [proto.name, this.attribute(proto)]));
  }

  attribute(proto: AttributeProto): Attribute {
    const kinds = AttributeProto_AttributeType;
    if (proto.refAttrName !== "") return { kind: "reference", value: proto.refAttrName };
    switch (proto.type) {
      case kinds.FLOAT:
        return { kind: "float", value: proto.f };
      case kinds.INT:
        return { kind: "int", value: this.integer(proto.i, proto.name) };
      case kinds.STRING:
        return { kind: "string", value: text(proto.s) };
      case kinds.FLOATS:
        return { kind: "floats", value: proto.floats };
      case kinds.INTS:
        return { kind: "ints", value: proto.ints.map((i) => this.integer(i, proto.name)) };
      case kinds.STRINGS:
        return { kind: "strings", value: proto.strings.map(text) };
      case kinds.TENSOR:
        if (proto.t !== undefined) return { kind: "tensor", value: readTensor(proto.t, this.#name, this.#external) };
        break;
      case kinds.GRAPH:
        if (proto.g !== undefined) return { kind: "graph", value: this.graph(proto.g) };
        break;
      case kinds.GRAPHS:
        return { kind: "graphs", value: proto.graphs.map((graph) => this.graph(graph)) };
      default:
        return { kind: "opaque", value: toBinary(AttributeProtoSchema, proto) };
    }
    throw new OnwardError("model", {
      expected: `attribute ${show(proto.name)} to have a value`,
      got: "none",
      where: this.#name,
    });
  }

  integer(value: bigint, attribute: string): number {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) {
      throw new OnwardError("unsupported", {
        expected: `attribute ${show(attribute)} to be an integer below 2^53`,
        got: value.toString(),
        where: this.#name,
      });
    }
    return number;
  }
}

/** Optional inputs that are absent may be left out at the end; where a DFT names them "", the runtime crashes. */
function withoutAbsentEnd(inputs: readonly string[]): readonly string[] {
  return inputs.slice(0, inputs.findLastIndex((name) => name !== "") + 1);
}

/** Integers of a Constant as a tensor: bounds of a Slice can be as large as int64 goes, which means "to the end". */
function constantInts(protos: readonly AttributeProto[]): Map<string, Attribute> | undefined {
  const [only] = protos;
  if (protos.length !== 1 || only?.name !== "value_ints" || only.refAttrName !== "") return undefined;
  return new Map([
    ["value", { kind: "tensor", value: tensorData("int64", [only.ints.length], BigInt64Array.from(only.ints)) }],
  ]);
}

const decoder = new TextDecoder();

function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

function value(proto: ValueInfoProto): Value {
  const type = proto.type;
  const noted = { name: proto.name, ...notes(proto) };
  if (type === undefined) return noted;
  if (type.value.case !== "tensorType") return { ...noted, opaque: toBinary(TypeProtoSchema, type) };
  const { elemType, shape } = type.value.value;
  return { ...noted, type: dataTypeOf(elemType), shape: shape?.dim.map((dim) => dimension(dim.value)) };
}

function entries({ metadataProps }: Pick<GraphProto, "metadataProps">): Map<string, string> {
  return new Map(metadataProps.map(({ key, value }) => [key, value]));
}

/** The metadata of a graph or value; most have none. */
function notes(proto: Pick<GraphProto, "metadataProps">): Pick<Value, "metadata"> {
  return proto.metadataProps.length === 0 ? {} : { metadata: entries(proto) };
}

function dimension(
  dim:
    { case: "dimValue"; value: bigint } | { case: "dimParam"; value: string } | { case: undefined; value?: undefined },
): Dim {
  if (dim.case === "dimValue") return dim.value >= 0n ? Number(dim.value) : undefined;
  return dim.case === "dimParam" && dim.value !== "" ? dim.value : undefined;
}
