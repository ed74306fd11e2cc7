import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "onnx-buf";
import { OnwardError } from "../core/errors.ts";
import { dataTypeNumber } from "./data-types.ts";
import type { Attribute, Dim, Graph, Model, ModelFunction, Node, Value } from "./model.ts";
import type { TensorData } from "./tensor-data.ts";

/** The most that one protobuf message can hold; larger models need external data. */
const limit = 2 ** 31 - 1;

/**
 * Encodes a model as the bytes of an ONNX file, weights included.
 *
 * @throws OnwardError `unsupported` when the weights exceed 2 GiB, which one ONNX file cannot hold
 */
export function writeModel(model: Model): Uint8Array {
  let weights = 0;
  for (const tensor of model.graph.initializers.values()) weights += tensor.bytes.length;
  if (weights > limit) {
    throw new OnwardError("unsupported", {
      expected: "weights of less than 2 GiB in one ONNX file",
      got: `${weights} bytes`,
    });
  }
  return toBinary(ModelProtoSchema, modelProto(model));
}

function modelProto(model: Model): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: BigInt(model.irVersion),
    opsetImport: opsetImport(model.opsets),
    producerName: model.producer.name,
    producerVersion: model.producer.version,
    graph: graphProto(model.graph),
    functions: model.functions.map(functionProto),
    metadataProps: entries(model.metadata),
  });
}

function entries(metadata: ReadonlyMap<string, string> = new Map()) {
  return [...metadata].map(([key, value]) => ({ key, value }));
}

function opsetImport(opsets: ReadonlyMap<string, number>) {
  return [...opsets].map(([domain, version]) => ({ domain, version: BigInt(version) }));
}

function graphProto(graph: Graph): GraphProto {
  return create(GraphProtoSchema, {
    name: graph.name,
    node: graph.nodes.map(nodeProto),
    input: graph.inputs.map(valueProto),
    output: graph.outputs.map(valueProto),
    initializer: [...graph.initializers].map(([name, data]) => tensorProto(data, name)),
    valueInfo: [...graph.values.values()].map(valueProto),
    metadataProps: entries(graph.metadata),
  });
}

function functionProto(f: ModelFunction) {
  return create(FunctionProtoSchema, {
    domain: f.domain,
    name: f.name,
    overload: f.overload,
    input: [...f.inputs],
    output: [...f.outputs],
    attribute: [...f.attributes],
    attributeProto: [...f.defaults].map(([name, value]) => attributeProto(name, value)),
    node: f.nodes.map(nodeProto),
    opsetImport: opsetImport(f.opsets),
  });
}

function nodeProto(node: Node): NodeProto {
  return create(NodeProtoSchema, {
    opType: node.op,
    domain: node.domain,
    name: node.name,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: [...node.attributes].map(([name, value]) => attributeProto(name, value)),
    overload: node.overload ?? "",
  });
}

function attributeProto(name: string, attribute: Attribute): AttributeProto {
  const kinds = AttributeProto_AttributeType;
  switch (attribute.kind) {
    case "float":
      return create(AttributeProtoSchema, { name, type: kinds.FLOAT, f: attribute.value });
    case "int":
      return create(AttributeProtoSchema, { name, type: kinds.INT, i: BigInt(attribute.value) });
    case "string":
      return create(AttributeProtoSchema, { name, type: kinds.STRING, s: encode(attribute.value) });
    case "floats":
      return create(AttributeProtoSchema, { name, type: kinds.FLOATS, floats: [...attribute.value] });
    case "ints":
      return create(AttributeProtoSchema, { name, type: kinds.INTS, ints: attribute.value.map(BigInt) });
    case "strings":
      return create(AttributeProtoSchema, { name, type: kinds.STRINGS, strings: attribute.value.map(encode) });
    case "tensor":
      return create(AttributeProtoSchema, { name, type: kinds.TENSOR, t: tensorProto(attribute.value, "") });
    case "graph":
      return create(AttributeProtoSchema, { name, type: kinds.GRAPH, g: graphProto(attribute.value) });
    case "graphs":
      return create(AttributeProtoSchema, { name, type: kinds.GRAPHS, graphs: attribute.value.map(graphProto) });
    case "reference":
      return create(AttributeProtoSchema, { name, refAttrName: attribute.value });
    case "opaque":
      return fromBinary(AttributeProtoSchema, attribute.value);
  }
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function tensorProto(data: TensorData, name: string): TensorProto {
  const common = { name, dims: data.dims.map(BigInt), dataType: dataTypeNumber(data.type) };
  return data.type === "string"
    ? create(TensorProtoSchema, { ...common, stringData: (data.strings ?? []).map(encode) })
    : create(TensorProtoSchema, { ...common, rawData: data.bytes as Uint8Array<ArrayBuffer> });
}

function valueProto(value: Value): ValueInfoProto {
  const noted = { name: value.name, metadataProps: entries(value.metadata) };
  if (value.opaque !== undefined) {
    return create(ValueInfoProtoSchema, { ...noted, type: fromBinary(TypeProtoSchema, value.opaque) });
  }
  if (value.type === undefined) return create(ValueInfoProtoSchema, noted);
  return create(ValueInfoProtoSchema, {
    ...noted,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: dataTypeNumber(value.type),
          ...(value.shape === undefined
            ? {}
            : { shape: { dim: value.shape.map((dim) => ({ value: dimension(dim) })) } }),
        },
      },
    },
  });
}

function dimension(dim: Dim) {
  if (typeof dim === "number") return { case: "dimValue" as const, value: BigInt(dim) };
  return typeof dim === "string" ? { case: "dimParam" as const, value: dim } : { case: undefined };
}
