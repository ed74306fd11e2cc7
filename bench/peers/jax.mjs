// Trains an mlp or cnn workload in jax-js on its WebAssembly backend, which has one thread in Node: a jitted step.
// Usage: node bench/peers/jax.mjs FOLDER THREADS
import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { layerNames, readParameters } from "./plain-parameters.mjs";
import { serve } from "./serve.mjs";
import { readData, readSpec } from "./workload.mjs";

const spec = readSpec(process.argv[2]);
const { samples, inputs, labels } = readData(process.argv[2], spec);
const parameters = readParameters(process.argv[2]);
await init("wasm");
defaultDevice("wasm");

const names = layerNames(parameters);
const isConv = names.map((name) => parameters.get(`${name}.weight`).dims.length === 4);
const array = ({ dims, values }) => np.array(values).reshape([...dims]);
let state = names.map((name) => ({
  weight: array(parameters.get(`${name}.weight`)),
  bias: array(parameters.get(`${name}.bias`)),
}));

const pool = (value) => {
  const [n, c, h, w] = value.shape;
  return np.max(value.reshape([n, c, h / 2, 2, w / 2, 2]), [3, 5]);
};

function scores(layers, x) {
  return layers.reduce((value, { weight, bias }, i) => {
    if (isConv[i]) {
      const sum = lax.conv(value, weight, [1, 1], "SAME").add(bias.reshape([-1, 1, 1]));
      return pool(nn.relu(sum));
    }
    const flat = value.shape.length === 4 ? value.reshape([value.shape[0], -1]) : value;
    const sum = np.dot(flat, weight.transpose()).add(bias);
    return i === layers.length - 1 ? sum : nn.relu(sum);
  }, x);
}

const { x } = inputs;
const width = x.dims.slice(1).reduce((a, b) => a * b);
const batches = Array.from({ length: spec.batches }, (_, i) => {
  const [from, to] = [i * spec.batch, (i + 1) * spec.batch];
  const classes = np.array(Int32Array.from(labels.slice(from, to), Number), { dtype: np.int32 });
  return {
    x: np.array(x.data.slice(from * width, to * width)).reshape([spec.batch, ...x.dims.slice(1)]),
    labels: nn.oneHot(classes, spec.classes),
  };
});

const loss = (layers, x, labels) => np.sum(nn.logSoftmax(scores(layers, x)).mul(labels)).mul(-1 / spec.batch);
const score = jit(loss);
const lossAndGradients = valueAndGrad(loss);
const step = jit((layers, x, labels) => {
  const [value, gradients] = lossAndGradients(kept(layers), x, labels);
  value.dispose();
  const move = (parameter, gradient) => parameter.sub(gradient.mul(spec.optimizer.learningRate));
  return layers.map(({ weight, bias }, i) => ({
    weight: move(weight, gradients[i].weight),
    bias: move(bias, gradients[i].bias),
  }));
});
const kept = (layers) => layers.map(({ weight, bias }) => ({ weight: weight.ref, bias: bias.ref }));

let next = 0;
async function train() {
  const { x, labels } = batches[next++ % batches.length];
  state = step(state, x.ref, labels.ref);
  await blockUntilReady(kept(state));
  return spec.batch;
}

async function evaluate() {
  let sum = 0;
  for (const batch of batches) sum += (await score(kept(state), batch.x.ref, batch.labels.ref).data())[0];
  return { samples, loss: sum / batches.length };
}

await serve({ first: train, train, evaluate });
