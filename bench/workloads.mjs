// What is trained. Names, shapes and sizes stand here alone; the rest of the suite reads them from here or from spec.json.

const image = (channels, size) => ({ x: { dims: [channels, size, size], type: "float32" } });
const mlp = (widths) => ({ model: { kind: "mlp", widths }, inputs: { x: { dims: [widths[0]], type: "float32" } } });
const sgd = { name: "sgd", learningRate: 0.01 };
const adamw = { name: "adamw", learningRate: 1e-4 };

/** `batches` is how many make an epoch; `starts` asks for the time to the first step in every round. */
export const workloads = {
  mlp64: { ...mlp([784, 256, 10]), classes: 10, batch: 64, batches: 200, optimizer: sgd, starts: true },
  mlp256: { ...mlp([784, 256, 10]), classes: 10, batch: 256, batches: 50, optimizer: sgd },
  mlp_wide: { ...mlp([784, 2048, 2048, 10]), classes: 10, batch: 64, batches: 50, optimizer: sgd },
  cnn: { model: { kind: "cnn" }, inputs: image(1, 28), classes: 10, batch: 64, batches: 50, optimizer: sgd },
  resnet18_32: {
    model: { kind: "resnet18" },
    inputs: image(3, 32),
    classes: 10,
    batch: 64,
    batches: 2,
    optimizer: sgd,
    starts: true,
  },
  resnet18_224: {
    model: { kind: "resnet18" },
    inputs: image(3, 224),
    classes: 1000,
    batch: 8,
    batches: 2,
    optimizer: sgd,
  },
  mobilenet_v2: {
    model: { kind: "mobilenet_v2" },
    inputs: image(3, 96),
    classes: 10,
    batch: 16,
    batches: 4,
    optimizer: sgd,
  },
  minilm: {
    model: { kind: "bert", hidden: 384, layers: 6, heads: 12, intermediate: 1536, vocabulary: 30522 },
    inputs: {
      input_ids: { dims: [64], type: "int64", below: 30522 },
      attention_mask: { dims: [64], type: "int64", always: 1 },
    },
    classes: 2,
    batch: 16,
    batches: 12,
    optimizer: adamw,
  },
  vit_tiny: {
    model: { kind: "vit", patch: 8, hidden: 192, layers: 12, heads: 3, intermediate: 768 },
    inputs: image(3, 64),
    classes: 10,
    batch: 64,
    batches: 2,
    optimizer: adamw,
  },
};

const scale = (axis, values, widths, batch) =>
  Object.fromEntries(
    values.map((value) => [
      `${axis}${value}`,
      {
        ...mlp(widths(value)),
        classes: 10,
        batch: batch(value),
        batches: Math.max(20, Math.ceil(12800 / batch(value))),
        optimizer: sgd,
        scaling: { axis, value },
      },
    ]),
  );

/** One size is varied at a time; the threads are varied in every measurement. */
export const scaling = {
  ...scale(
    "width",
    [64, 256, 1024, 4096],
    (width) => [784, width, 10],
    () => 64,
  ),
  ...scale(
    "depth",
    [1, 2, 4, 8],
    (depth) => [784, ...Array.from({ length: depth }, () => 256), 10],
    () => 64,
  ),
  ...scale(
    "batch",
    [16, 64, 256, 1024],
    () => [784, 256, 10],
    (batch) => batch,
  ),
};
