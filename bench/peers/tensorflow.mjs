// Trains an mlp or cnn workload in TensorFlow.js on its WebAssembly backend, which has one thread in Node.
// Usage: node bench/peers/tensorflow.mjs FOLDER THREADS
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { layerNames, readParameters } from "./plain-parameters.mjs";
import { serve } from "./serve.mjs";
import { readData, readSpec } from "./workload.mjs";

// Its modules find one another as CommonJS alone.
const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs");
const { setWasmPaths } = require("@tensorflow/tfjs-backend-wasm");

const spec = readSpec(process.argv[2]);
const { samples, inputs, labels } = readData(process.argv[2], spec);
const parameters = readParameters(process.argv[2]);
setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")), "/"));
await tf.setBackend("wasm");
await tf.ready();

const names = layerNames(parameters);
const isConv = (name) => parameters.get(`${name}.weight`).dims.length === 4;
const variables = names.map((name, i) => {
  const { dims, values } = parameters.get(`${name}.weight`);
  let weight = tf.tensor(values, [...dims]);
  if (isConv(name)) weight = tf.transpose(weight, [2, 3, 1, 0]);
  else {
    // Its images have the channels last, and so has what is flattened.
    const channels = i > 0 && isConv(names[i - 1]) ? parameters.get(`${names[i - 1]}.weight`).dims[0] : undefined;
    if (channels !== undefined) {
      const side = Math.sqrt(dims[1] / channels);
      const images = tf.reshape(weight, [dims[0], channels, side, side]);
      weight = tf.reshape(tf.transpose(images, [0, 2, 3, 1]), [...dims]);
    }
    weight = tf.transpose(weight);
  }
  return { weight: tf.variable(weight), bias: tf.variable(tf.tensor(parameters.get(`${name}.bias`).values)) };
});

function scores(x) {
  return variables.reduce((value, { weight, bias }, i) => {
    if (isConv(names[i])) return tf.maxPool(tf.relu(tf.add(tf.conv2d(value, weight, 1, "same"), bias)), 2, 2, "valid");
    const flat = value.rank === 4 ? tf.reshape(value, [value.shape[0], -1]) : value;
    const sum = tf.add(tf.matMul(flat, weight), bias);
    return i === variables.length - 1 ? sum : tf.relu(sum);
  }, x);
}

const { x } = inputs;
const width = x.dims.slice(1).reduce((a, b) => a * b);
const batches = Array.from({ length: spec.batches }, (_, i) => {
  const [from, to] = [i * spec.batch, (i + 1) * spec.batch];
  const dims = x.dims.length === 2 ? [spec.batch, width] : [spec.batch, ...x.dims.slice(2), x.dims[1]];
  const images = tf.tensor(x.data.slice(from * width, to * width), dims);
  return {
    x: images,
    labels: tf.oneHot(tf.tensor1d(Int32Array.from(labels.slice(from, to), Number), "int32"), spec.classes),
  };
});
const loss = (batch) => tf.losses.softmaxCrossEntropy(batch.labels, scores(batch.x));
const optimizer = tf.train.sgd(spec.optimizer.learningRate);

let next = 0;
async function train() {
  const value = optimizer.minimize(() => loss(batches[next++ % batches.length]), true);
  await value.data();
  value.dispose();
  return spec.batch;
}

async function evaluate() {
  let sum = 0;
  for (const batch of batches) {
    const value = tf.tidy(() => loss(batch));
    sum += (await value.data())[0];
    value.dispose();
  }
  return { samples, loss: sum / batches.length };
}

await serve({ first: train, train, evaluate });
