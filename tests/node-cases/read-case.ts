import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { TensorProtoSchema } from "onnx-buf";
import { readModel, type Model, type TensorData, type Value } from "../../src/graph/index.ts";
import { readTensor } from "../../src/graph/read-tensor.ts";
import { LeftOut } from "./outcome.ts";

/** One of ONNX's node test cases: a model, what to feed and what to expect. */
export interface NodeCase {
  readonly name: string;
  readonly model: Model;
  readonly inputs: ReadonlyMap<string, TensorData>;
  readonly outputs: ReadonlyMap<string, TensorData>;
}

/** Reads a case's folder. @throws LeftOut where a value is no tensor */
export function readCase(folder: string, name: string): NodeCase {
  const model = readModel(readFileSync(join(folder, name, "model.onnx")), { name });
  const read = (side: "input" | "output", values: readonly Value[]) =>
    new Map(
      values.map((value, i) => [
        value.name,
        readValue(join(folder, name, "test_data_set_0", `${side}_${i}.pb`), value),
      ]),
    );
  return { name, model, inputs: read("input", model.graph.inputs), outputs: read("output", model.graph.outputs) };
}

function readValue(file: string, value: Value): TensorData {
  if (value.type === undefined) throw new LeftOut("a value is a sequence or an optional");
  return readTensor(fromBinary(TensorProtoSchema, readFileSync(file)), file, undefined);
}
