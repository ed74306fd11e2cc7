// Times a training step of mlp 784-256-10 with sgd: the trainer as a user runs it, loader, tally and events included.
// Prints one JSON line. Arguments: threads, batch size, steps.
import { Tensor } from "onnxruntime-common";
import { crossEntropy, nn, sgd, Trainer } from "../dist/index.js";
import { EpochTally } from "../dist/metrics/index.js";

const [threads, batch, steps] = process.argv.slice(2).map(Number);
const samples = 12800;
let state = 1;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
const inputs = Float32Array.from({ length: samples * 784 }, random);
const labels = BigInt64Array.from({ length: samples }, () => BigInt(Math.floor((random() + 1) * 5)));
const source = {
  size: samples,
  sampleShape: [784],
  read(indices) {
    const x = new Float32Array(indices.length * 784);
    const y = new BigInt64Array(indices.length);
    indices.forEach((index, i) => {
      x.set(inputs.subarray(index * 784, (index + 1) * 784), i * 784);
      y[i] = labels[index];
    });
    return {
      inputs: new Tensor("float32", x, [indices.length, 784]),
      labels: new Tensor("int64", y, [indices.length]),
    };
  },
};

const model = nn.sequential([nn.linear(784, 256), nn.relu(), nn.linear(256, 10)], { seed: 7 });
const trainer = new Trainer({
  model,
  criterion: crossEntropy(),
  optimizer: sgd({ learningRate: 0.01 }),
  threads,
  seed: 7,
});
const perEpoch = samples / batch;
const fit = async (epochs) => {
  for await (const report of trainer.fit({ train: source }, { epochs, batchSize: batch })) void report;
};
await fit(Math.max(1, Math.ceil(steps / 4 / perEpoch)));
const epochs = Math.ceil(steps / perEpoch);
const start = performance.now();
await fit(epochs);
const milliseconds = (performance.now() - start) / (epochs * perEpoch);

const tally = new EpochTally();
const terms = Float32Array.from({ length: batch }, () => random() + 1);
const weights = new Float32Array(batch).fill(1);
const scores = Float32Array.from({ length: batch * 10 }, random);
const add = (count) => {
  for (let i = 0; i < count; i++)
    tally.add({ terms, weights, scores, dims: [batch, 10], labels: labels.subarray(0, batch), ignoreIndex: -100 });
};
add(2000);
const tallyStart = performance.now();
add(5000);
const tallyMilliseconds = (performance.now() - tallyStart) / 5000;
console.log(JSON.stringify({ milliseconds, tallyMilliseconds, threads }));
