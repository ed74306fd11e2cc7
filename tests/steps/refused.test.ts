import { describe, expect, test } from "vitest";
import { float32, int64, OnwardError, Tensor } from "../../src/core/index.ts";
import { crossEntropy } from "../../src/criteria/index.ts";
import { GraphBuilder, tensorData, workingModel, type Graph, type Model } from "../../src/graph/index.ts";
import { gradientsOf, loadModel } from "../../src/steps/index.ts";

const weight = tensorData("float32", [3, 2], [0.1, 0.2, 0.3, -0.1, -0.2, -0.3]);
const batch = { inputs: { x: float32([1, 2, 3, 4, 5, 6], [2, 3]) }, labels: int64([0, 1], [2]) };

/** Scores that are computed from x W by what is to be refused. */
function model(emit: (g: GraphBuilder, hidden: string) => string): Model {
  const g = new GraphBuilder();
  const hidden = g.matMul(g.input("x", "float32", ["N", 3]), g.initializer("weight", weight));
  g.output("scores", emit(g, hidden), ["N", 2]);
  return workingModel(g.build("refused"));
}

async function failure(given: Model): Promise<OnwardError> {
  try {
    await gradientsOf(await loadModel(given), { criterion: crossEntropy(), ...batch });
  } catch (error) {
    expect(error).toBeInstanceOf(OnwardError);
    return error as OnwardError;
  }
  throw new Error("nothing was refused");
}

/** The body of an If: an outer value as it is. */
function branch(value: string): Graph {
  const g = new GraphBuilder();
  g.describe(value, "float32", undefined);
  g.output("chosen", value);
  return g.build("branch");
}

/** The body of a Loop that doubles what it carries. */
function doubling(): Graph {
  const g = new GraphBuilder();
  g.input("i", "int64", []);
  const more = g.input("more", "bool", []);
  const carried = g.input("carried", "float32");
  g.output("again", more);
  g.output("doubled", g.add(carried, carried));
  return g.build("body");
}

/** The body of a Scan that passes each row on. */
function row(): Graph {
  const g = new GraphBuilder();
  g.output("passed", g.op("Tanh", [g.input("row", "float32", [2])]));
  return g.build("body");
}

const refused: Readonly<Record<string, [RegExp, (g: GraphBuilder, hidden: string) => string]>> = {
  "a quantised layer": [
    /quantised.*\(node DequantizeLinear "onward\/DequantizeLinear_\d+"\)\. Freeze/,
    (g, hidden) => {
      const scale = g.scalar(0.1, "float32");
      const zero = g.scalar(0, "uint8");
      return g.op("DequantizeLinear", [g.op("QuantizeLinear", [hidden, scale, zero]), scale, zero]);
    },
  ],
  "an If": [
    /control flow.*\(node If "onward\/If_\d+"\)\. Freeze/,
    (g, hidden) => {
      const big = g.greater(g.op("ReduceMax", ["x"], { keepdims: 0 }), 0);
      return g.op("If", [big], { then_branch: branch(hidden), else_branch: branch(hidden) });
    },
  ],
  "a Loop": [
    /control flow.*\(node Loop "onward\/Loop_\d+"\)\. Freeze/,
    (g, hidden) => g.op("Loop", [g.int(3), "", hidden], { body: doubling() }),
  ],
  "a Scan": [
    /control flow.*\(node Scan "onward\/Scan_\d+"\)\. Freeze/,
    (g, hidden) => g.op("Scan", [hidden], { body: row(), num_scan_inputs: 1 }),
  ],
  "a Loop before an op that asks for a rank which no one knows": [
    /control flow.*\(node Loop "onward\/Loop_\d+"\)\. Freeze/,
    (g, hidden) => {
      const looped = g.op("Loop", [g.int(3), "", hidden], { body: doubling() });
      g.describe(looped, "float32", undefined);
      return g.op("Gather", [looped, g.ints([0, 1])], { axis: 0 });
    },
  ],
  "a short-time Fourier transform of complex numbers": [
    /real numbers, got complex ones \(node STFT "onward\/STFT_\d+"\)\. .* wrong/,
    (g, hidden) => {
      const complex = g.reshape(hidden, [1, 2, 2]);
      const window = g.constant(tensorData("float32", [2], [1, 1]));
      return g.reshape(g.op("STFT", [complex, g.int(1), window], { onesided: 0 }), [2, 2]);
    },
  ],
  "an inverse of bins that are filled up": [
    /4 or 5 numbers of 3 bins, got 6 \(node DFT "onward\/DFT_\d+"\)\. .* wrong/,
    (g, hidden) => {
      const bins = g.reshape(g.concat([hidden, hidden, hidden], 1), [2, 3, 2]);
      const back = g.op("DFT", [bins, g.int(6), g.int(1)], { inverse: 1, onesided: 1 });
      return g.reshape(g.op("Slice", [back, g.ints([0]), g.ints([2]), g.ints([1])]), [2, 2]);
    },
  ],
};

describe("on the way from the parameters to the loss", () => {
  test.each(Object.entries(refused))("%s is refused by its node's name, with advice", async (_, [message, emit]) => {
    const error = await failure(
      model((g, hidden) => {
        const value = emit(g, hidden);
        g.describe(value, "float32", undefined);
        return g.add(value, 0);
      }),
    );
    expect(error.code).toBe("unsupported");
    expect(error.message).toMatch(message);
  });

  test("control flow beside it is none of the gradient's business", async () => {
    const given = model((g, hidden) => {
      const scaled = g.op("Loop", [g.int(2), "", "x"], { body: doubling() });
      g.describe(scaled, "float32", undefined);
      return g.mul(hidden, g.op("ReduceMax", [scaled], { keepdims: 0 }));
    });
    const { gradients } = await gradientsOf(await loadModel(given), { criterion: crossEntropy(), ...batch });
    expect([...(gradients.get("weight")?.data as Float32Array)].every(Number.isFinite)).toBe(true);
  });
});

test("an op of an unknown domain is refused by its node's name, with advice", async () => {
  const given = model((g, hidden) => g.op("my.company:Secret", [hidden]));
  const error = await failure({ ...given, opsets: new Map([...given.opsets, ["my.company", 1]]) });
  expect(error.code).toBe("unsupported");
  expect(error.message).toMatch(/got an op of "my\.company" \(node my\.company:Secret "onward\/Secret_\d+"\)\. Export/);
});

test("texts as inputs are refused by the node that reads them, with advice", async () => {
  const g = new GraphBuilder();
  const same = g.equal(
    g.input("words", "string", ["N", 3]),
    g.constant({ type: "string", dims: [], bytes: new Uint8Array(), strings: ["yes"] }),
  );
  g.output("scores", g.matMul(g.op("Cast", [same], { to: 1 }), g.initializer("weight", weight)), ["N", 2]);
  const error = await failure(workingModel(g.build("texts")));
  expect(error.code).toBe("unsupported");
  expect(error.message).toMatch(/input "words" of strings \(node Equal "onward\/Equal_\d+"\)\. Cut/);
});

test("one value a channel has no batch statistics: refused by the node's name", async () => {
  const g = new GraphBuilder();
  const vector = (name: string, values: number[]) => g.initializer(name, tensorData("float32", [2], values));
  const hidden = g.matMul(g.input("x", "float32", ["N", 3]), g.initializer("weight", weight));
  const statistics = [vector("mean", [0, 0.1]), vector("variance", [1, 2])];
  g.output(
    "scores",
    g.op("BatchNormalization", [hidden, vector("scale", [1, 2]), vector("shift", [0, 1]), ...statistics]),
    ["N", 2],
  );
  const loaded = await loadModel(workingModel(g.build("norm")));
  const one = { inputs: { x: new Tensor("float32", [1, 2, 3], [1, 3]) }, labels: int64([0], [1]) };
  const request = { criterion: crossEntropy(), ...one };
  await expect(gradientsOf(loaded, { ...request, mode: "train" })).rejects.toThrow(
    /more than one value for each channel.*got 1 \(node BatchNormalization "onward\/BatchNormalization_\d+"\)/,
  );
  await expect(gradientsOf(loaded, request)).resolves.toBeDefined();
});
