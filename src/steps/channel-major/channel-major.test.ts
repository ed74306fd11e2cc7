import { expect, test } from "vitest";
import { float32, int64, Random } from "../../core/index.ts";
import { crossEntropy } from "../../criteria/index.ts";
import {
  GraphBuilder,
  tensorData,
  workingModel,
  writeModel,
  type AttributeInputs,
  type Graph,
} from "../../graph/index.ts";
import { nodeRuntime } from "../../runtime/node.ts";
import type { Tensors } from "../../runtime/index.ts";
import { forBatchSize } from "../for-batch-size.ts";
import { gradientGraph } from "../gradient.ts";
import { ModelValues } from "../model-values.ts";
import { names } from "../names.ts";
import { prepareModel } from "../prepared-model.ts";

const random = new Random(3, "channel-major");

/** A network under construction: its layers have random weights. */
class Network {
  readonly g = new GraphBuilder();
  #count = 0;

  #weight(dims: readonly number[], offset = 0): string {
    const size = dims.reduce((product, dim) => product * dim, 1);
    const values = Float32Array.from({ length: size }, () => offset + 0.5 * random.normal());
    return this.g.initializer(`w${this.#count++}`, tensorData("float32", dims, values));
  }

  conv(x: string, weight: readonly number[], attributes: AttributeInputs = {}, bias = true): string {
    const kernel_shape = weight.slice(2);
    const inputs = [x, this.#weight(weight), ...(bias ? [this.#weight(weight.slice(0, 1))] : [])];
    return this.g.op("Conv", inputs, { kernel_shape, ...attributes });
  }

  linear(x: string, inputs: number, outputs: number, bias = true): string {
    return this.g.op("Gemm", [x, this.#weight([outputs, inputs]), ...(bias ? [this.#weight([outputs])] : [])], {
      transB: 1,
    });
  }

  norm(x: string, channels: number): string {
    const one = [channels];
    const positive = Float32Array.from({ length: channels }, () => 0.5 + random.uniform());
    const variance = this.g.initializer(`v${this.#count++}`, tensorData("float32", one, positive));
    return this.g.op("BatchNormalization", [x, this.#weight(one, 1), this.#weight(one), this.#weight(one), variance]);
  }
}

interface Sample {
  readonly input: readonly number[];
  /** How many convolutions stay as they are. */
  readonly left?: number;
  /** How many linear layers have their weights first; a network of such layers ends with one. */
  readonly turned?: number;
  readonly build: (n: Network, x: string) => string;
}

const pad = { pads: [1, 1, 1, 1] };
const samples: Readonly<Record<string, Sample>> = {
  "a window on maps larger than it": { input: [3, 5, 4], build: (n, x) => n.conv(x, [6, 3, 3, 3], pad) },
  "strides, dilations and uneven padding": {
    input: [2, 7, 6],
    build: (n, x) => n.conv(x, [4, 2, 3, 2], { strides: [2, 1], dilations: [1, 2], pads: [0, 1, 2, 1] }, false),
  },
  "padding that the runtime works out": {
    input: [2, 5, 5],
    build: (n, x) => n.conv(x, [4, 2, 3, 3], { strides: [2, 2], auto_pad: "SAME_LOWER" }),
  },
  "a map of one element": { input: [4, 1, 1], build: (n, x) => n.conv(x, [5, 4, 3, 3], pad) },
  "a map smaller than the window": {
    input: [3, 2, 1],
    build: (n, x) => n.conv(x, [5, 3, 5, 3], { pads: [2, 1, 2, 1] }),
  },
  "a window of one element": { input: [4, 3, 3], build: (n, x) => n.conv(x, [5, 4, 1, 1]) },
  "a window of one element that skips": {
    input: [4, 5, 5],
    build: (n, x) => n.conv(x, [5, 4, 1, 1], { strides: [2, 2] }),
  },
  "one axis": { input: [3, 9], build: (n, x) => n.conv(x, [4, 3, 3], { pads: [1, 1] }) },
  "three axes": { input: [2, 3, 4, 2], build: (n, x) => n.conv(x, [3, 2, 2, 3, 2], { pads: [0, 1, 1, 1, 1, 0] }) },
  "each channel by itself": { input: [4, 5, 5], build: (n, x) => n.conv(x, [4, 1, 3, 3], { ...pad, group: 4 }) },
  "each channel by itself, on small maps": {
    input: [4, 2, 2],
    build: (n, x) => n.conv(x, [4, 1, 5, 5], { pads: [2, 2, 2, 2], group: 4, strides: [2, 2] }, false),
  },
  "groups, which stay": { input: [4, 4, 4], left: 1, build: (n, x) => n.conv(x, [6, 2, 3, 3], { ...pad, group: 2 }) },
  "large maps, which stay": { input: [2, 9, 9], left: 1, build: (n, x) => n.conv(x, [3, 2, 3, 3], pad) },
  "a block with a way around it, from large maps to small ones": {
    input: [3, 12, 12],
    left: 1,
    build: (n, x) => {
      const { g } = n;
      const stem = g.op("MaxPool", [g.op("Relu", [n.norm(n.conv(x, [4, 3, 3, 3], pad), 4)])], {
        kernel_shape: [2, 2],
        strides: [2, 2],
      });
      const inner = g.op("Clip", [
        n.norm(n.conv(stem, [4, 4, 3, 3], pad, false), 4),
        g.scalar(0, "float32"),
        g.scalar(2, "float32"),
      ]);
      const sum = g.op("Relu", [g.op("Add", [n.norm(n.conv(inner, [4, 4, 3, 3], pad), 4), stem])]);
      const pooled = g.op("AveragePool", [sum], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] });
      const gate = g.op("Sigmoid", [n.conv(g.op("GlobalAveragePool", [pooled]), [4, 4, 1, 1])]);
      return g.op("ReduceMean", [g.op("Mul", [pooled, gate]), g.ints([-2, -1])], { keepdims: 1 });
    },
  },
};

const linearSamples: Readonly<Record<string, Sample>> = {
  "linear layers that follow each other": {
    input: [130],
    turned: 2,
    build: (n, x) => {
      const first = n.g.op("Relu", [n.linear(x, 130, 128)]);
      const second = n.g.op("Tanh", [n.linear(first, 128, 129, false)]);
      return n.linear(second, 129, 3);
    },
  },
  "a batch normalization between linear layers": {
    input: [128],
    turned: 1,
    build: (n, x) => n.linear(n.g.op("Relu", [n.norm(n.linear(x, 128, 128), 128)]), 128, 3),
  },
  "a linear layer with a way around it, which stays": {
    input: [128],
    turned: 0,
    build: (n, x) => n.linear(n.g.op("Add", [x, n.linear(x, 128, 128)]), 128, 3),
  },
  "a linear layer that is read elsewhere, which stays": {
    input: [128],
    turned: 0,
    build: (n, x) => {
      const first = n.linear(x, 128, 128);
      const rest = n.g.sum(n.g.op("Softmax", [first]), [1], 1);
      return n.g.add(n.linear(first, 128, 3), rest);
    },
  },
  "small linear layers, which stay": {
    input: [5],
    turned: 0,
    build: (n, x) => n.linear(n.g.op("Relu", [n.linear(x, 5, 4)]), 4, 3),
  },
  "a large last layer, which stays": { input: [128], turned: 0, build: (n, x) => n.linear(x, 128, 128) },
  "convolutions before linear layers": {
    input: [4, 4, 4],
    turned: 1,
    build: (n, x) => {
      const maps = n.g.op("Relu", [n.conv(x, [8, 4, 3, 3], pad)]);
      const flat = n.g.op("Flatten", [maps], { axis: 1 });
      return n.linear(n.g.op("Relu", [n.linear(flat, 128, 128)]), 128, 3);
    },
  },
};

/** The model of a sample, with the sum of each channel as its scores. */
function modelOf({ input, turned, build }: Sample): Graph {
  const network = new Network();
  const { g } = network;
  const last = build(network, g.input("x", "float32", ["N", ...input]));
  const axes = input.slice(1).map((_, axis) => axis + 2);
  g.output("scores", turned === undefined ? g.sum(last, axes) : last, ["N", undefined]);
  return g.build("sample");
}

async function run(graph: Graph, feeds: Tensors): Promise<Record<string, Float32Array>> {
  const session = await nodeRuntime.open(writeModel(workingModel(graph)), { threads: 1 });
  const outputs = await session.run(feeds);
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
}

const norm = (values: Float32Array) => Math.hypot(...values);

test.each(Object.entries({ ...samples, ...linearSamples }))(
  "%s: the same numbers as with the samples first",
  async (_, sample) => {
    const prepared = await prepareModel(workingModel(modelOf(sample)), nodeRuntime);
    const size = 5;
    const sized = await forBatchSize(prepared, size, nodeRuntime);
    expect(sized.graph.nodes.filter(({ op }) => op === "Conv")).toHaveLength(sample.left ?? 0);
    const weightsFirst = sized.graph.nodes.filter(
      ({ op, inputs }) => op === "Gemm" && sized.graph.initializers.has(inputs[0] ?? ""),
    );
    expect(weightsFirst).toHaveLength(sample.turned ?? 0);
    const count = size * sample.input.reduce((product, dim) => product * dim, 1);
    const feeds = {
      ...new ModelValues(prepared).feeds(),
      x: float32(
        Float32Array.from({ length: count }, () => random.normal()),
        [size, ...sample.input],
      ),
      [names.labels]: int64([0, 1, 2, 0, 1], [size]),
    };
    for (const mode of ["eval", "train"] as const) {
      const [plain, major] = await Promise.all(
        [prepared, sized].map((model) => run(gradientGraph(model, crossEntropy(), prepared.parameters, mode), feeds)),
      );
      expect(Object.keys(major!).toSorted()).toEqual(Object.keys(plain!).toSorted());
      for (const [name, expected] of Object.entries(plain!)) {
        const distance = norm(expected.map((value, i) => value - major![name]![i]!));
        expect(distance, `${mode}: ${name}`).toBeLessThanOrEqual(2e-5 * norm(expected) + 2e-6);
      }
    }
  },
);
