import { create, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, TensorProto_DataLocation } from "onnx-buf";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { numbersOf, readModel, readModelFile } from "./index.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "onward-file-"));
  mkdirSync(join(root, "model"));
  writeFileSync(join(root, "secret.bin"), Float32Array.of(1, 2));
  writeFileSync(join(root, "model", "weights.bin"), Float32Array.of(9, 3, 4));
});
afterAll(() => rmSync(root, { recursive: true }));

/** A model whose one tensor of two floats lies at `location`. */
function modelAt(location: string, offset = "0", length = "8"): string {
  const path = join(root, "model", "m.onnx");
  const proto = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: "", version: 17n }],
    graph: {
      name: "g",
      initializer: [
        {
          name: "w",
          dims: [2n],
          dataType: 1,
          dataLocation: TensorProto_DataLocation.EXTERNAL,
          externalData: Object.entries({ location, offset, length }).map(([key, value]) => ({ key, value })),
        },
      ],
      output: [{ name: "w" }],
    },
  });
  writeFileSync(path, toBinary(ModelProtoSchema, proto));
  return path;
}

test("external data is read from the model's folder", () => {
  const weights = readModelFile(modelAt("weights.bin", "4")).graph.initializers.get("w");
  expect(weights && numbersOf(weights)).toEqual([3, 4]);
});

test("external data of bytes without a folder is refused, with advice", () => {
  expect(() => readModel(readFileSync(modelAt("weights.bin")))).toThrow(
    "Read the model from its file, so that its folder is known.",
  );
});

test.each(["../secret.bin", "..\\secret.bin", "sub/../../secret.bin"])("external data at %s is refused", (location) => {
  expect(() => readModelFile(modelAt(location))).toThrow("Expected external data inside the model's folder");
});

test("external data at an absolute path is refused", () => {
  expect(() => readModelFile(modelAt(join(root, "secret.bin")))).toThrow(
    "Expected external data inside the model's folder",
  );
});

test.skipIf(process.platform === "win32")("external data behind a link that leads out of the folder is refused", () => {
  symlinkSync(join(root, "secret.bin"), join(root, "model", "link.bin"));
  expect(() => readModelFile(modelAt("link.bin"))).toThrow("Expected external data inside the model's folder");
});

test("external data past the file's end, or of another length, is refused", () => {
  expect(() => readModelFile(modelAt("weights.bin", "8"))).toThrow("Expected 16 bytes in");
  expect(() => readModelFile(modelAt("weights.bin", "-4"))).toThrow("offset of at least 0");
  expect(() => readModelFile(modelAt("weights.bin", "0", "12"))).toThrow('Expected 8 bytes, got 12 (tensor "w"');
  expect(() => readModelFile(modelAt("absent.bin"))).toThrow('Expected external data file "absent.bin" to be there');
});

test("a model that is not there, or is a folder, is one sentence", () => {
  expect(() => readModelFile(join(root, "none.onnx"))).toThrow(/^Expected to read ".*none\.onnx", got no such file\.$/);
  expect(() => readModelFile(root)).toThrow("Expected a regular file");
});
