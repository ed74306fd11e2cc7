import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { float, GraphBuilder, readModel, tensorData, verifyModel, workingModel, writeModel } from "./index.ts";

function sample() {
  const body = new GraphBuilder();
  body.input("i", "int64", []);
  body.output("keep", body.input("condition", "bool", []));
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["N", 3, undefined]);
  g.initializer("w", tensorData("float32", [3, 2], [1, 2, 3, 4, 5, 6]));
  const y = g.op("LeakyRelu", [x], { alpha: float(0.25) });
  g.output("y", g.add(y, 1));
  g.op("com.microsoft:Gelu", [x]);
  g.op("Everything", [x], {
    i: 3,
    s: "text",
    ints: [1, -2],
    strings: ["a", "b"],
    floats: [float(0.5)],
    t: tensorData("int64", [2], [7, -8]),
    body: body.build("body"),
  });
  return { ...workingModel(g.build("sample")), metadata: new Map([["onward.classNames", '["a"]']]) };
}

describe("an ONNX model", () => {
  test("is read as it was written", () => {
    const model = sample();
    expect(readModel(writeModel(model))).toEqual(model);
  });

  test("loses the absent inputs at the end of a DFT, which crash the runtime", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [1, 4, 2]);
    g.output("y", g.op("DFT", [g.op("DFT", [x, "", g.int(1)]), "", ""]));
    const { nodes } = readModel(writeModel(workingModel(g.build("spectrum")))).graph;
    const transforms = nodes.filter(({ op }) => op === "DFT");
    expect(transforms.map(({ inputs }) => inputs.length)).toEqual([3, 1]);
  });

  test("keeps the values of every element type that the typed fields of the format hold", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          "float32",
          "float64",
          "int64",
          "int32",
          "uint8",
          "uint32",
          "uint64",
          "bool",
          "float16" as const,
        ),
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 8 }),
        (type, values) => {
          const g = new GraphBuilder();
          g.initializer("t", tensorData(type, [values.length], values));
          g.output("t");
          const read = readModel(writeModel(workingModel(g.build("t"))));
          expect(read.graph.initializers.get("t")).toEqual(tensorData(type, [values.length], values));
        },
      ),
    );
  });

  test("that was cut anywhere is refused in one sentence", () => {
    const bytes = writeModel(sample());
    for (let length = 0; length < bytes.length; length += 7) {
      const cut = bytes.subarray(0, length);
      let message = "";
      try {
        readModel(cut);
      } catch (error) {
        message = (error as Error).message;
      }
      // A cut between two fields can leave a smaller model that is valid; the rest must be refused by name.
      if (message !== "") expect(message).toMatch(/^Expected .*\.$/);
    }
    expect(() => readModel(bytes.subarray(0, 40))).toThrow("Expected an ONNX model");
    expect(() => readModel(new Uint8Array(0))).toThrow("Expected an ONNX model with a graph and an opset");
    expect(() => readModel(new TextEncoder().encode("not a model at all"))).toThrow("Expected an ONNX model");
  });

  test("whose tensor claims more than the file holds is refused before memory is taken", () => {
    const g = new GraphBuilder();
    g.initializer("t", { type: "float32", dims: [2 ** 30, 2 ** 10], bytes: new Uint8Array(4) });
    g.output("t");
    expect(() => readModel(writeModel(workingModel(g.build("t"))), { name: "big.onnx" })).toThrow(
      'Expected 4398046511104 bytes, got 4 (tensor "t" of big.onnx).',
    );
  });
});

describe("verifying", () => {
  test("names an output that nothing computes", () => {
    const model = sample();
    const unknown = { ...model, graph: { ...model.graph, outputs: [{ name: "nowhere" }] } };
    expect(() => verifyModel(unknown, "sample")).toThrow('Expected output "nowhere" to be computed (sample).');
  });

  test("is read in an order in which it can be computed", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    const [a, b, c] = [g.op("Relu", [x]), g.op("Tanh", [x]), g.op("Exp", [x])];
    g.output("y", g.add(g.op("Sigmoid", [a]), g.add(b, c)));
    const graph = g.build("g");
    const operations = (nodes: typeof graph.nodes) =>
      readModel(writeModel(workingModel({ ...graph, nodes }))).graph.nodes.map(({ op }) => op);
    const backwards = operations(graph.nodes.toReversed());
    expect(backwards.at(-1)).toBe("Identity");
    expect([...backwards].sort()).toEqual(graph.nodes.map(({ op }) => op).sort());
    expect(operations(graph.nodes)).toEqual(graph.nodes.map(({ op }) => op));
  });

  test("names a value that is used before it is defined", () => {
    const g = new GraphBuilder();
    g.output("y", g.op("Relu", ["later"]));
    expect(() => verifyModel(workingModel(g.build("g")), "m.onnx")).toThrow(
      /value "later" to be defined before it is used \(node Relu .* of m\.onnx\)/,
    );
  });

  test("names a value that is defined twice", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", []);
    const node = { op: "Relu", domain: "", name: "n", inputs: [x], outputs: ["y"], attributes: new Map() };
    g.node(node);
    g.node(node);
    expect(() => verifyModel(workingModel(g.build("g")), "m.onnx")).toThrow('Expected value "y" to be defined once');
  });
});
