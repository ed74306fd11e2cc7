// Compares the gradients of ONNX's own node tests with finite differences, and counts what was left out, by reason.
// Usage: node tests/node-data/run.mjs DIST FOLDER [RESULTS], with the folder that export.py wrote.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [dist, folder, resultsFile] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(resolve(dist), path)).href);
const [{ Tensor, Random, elementCount }, graphs, { backward, registry }, { loadNodeRuntime }, { inferShapes }] =
  await Promise.all(
    ["core/index.js", "graph/index.js", "gradients/index.js", "runtime/index.js", "steps/infer-shapes.js"].map(load),
  );
const { GraphBuilder, inlineFunctions, qualifiedName, readModel, rewriteOps, upgradeModel } = graphs;
const { workingModel, writeModel } = graphs;

const arrays = { float32: Float32Array, float64: Float64Array };
const names = { FLOAT: "float32", DOUBLE: "float64", INT64: "int64", INT32: "int32", BOOL: "bool" };
Object.assign(names, { UINT8: "uint8", INT8: "int8", UINT16: "uint16", INT16: "int16", UINT32: "uint32" });
Object.assign(names, { UINT64: "uint64", FLOAT16: "float16" });
const views = { ...arrays, int64: BigInt64Array, int32: Int32Array, bool: Uint8Array, uint8: Uint8Array };
Object.assign(views, { int8: Int8Array, uint16: Uint16Array, int16: Int16Array, uint32: Uint32Array });
Object.assign(views, { uint64: BigUint64Array, float16: Uint16Array });

/** Float inputs that say how to compute, and outputs that nothing flows back from: by op and place. */
const settings = {
  Resize: [1, 2],
  RotaryEmbedding: [1, 2],
  NegativeLogLikelihoodLoss: [2],
  SoftmaxCrossEntropyLoss: [2],
  Dropout: [1],
};
/** Cases whose values lie where the op has no derivative. */
const singular = {
  test_l2normalization_axis_0: "a vector of zeros, which has no direction",
  test_gridsample_volumetric_bilinear_align_corners_1: "places on the pixels themselves",
  test_maxpool_3d_dilations: "equal values in a window",
  test_maxpool_3d_dilations_use_ref_impl: "equal values in a window",
};
const statistics = { BatchNormalization: { inputs: [3, 4], outputs: [1, 2] } };

const runtime = await loadNodeRuntime();
const options = { threads: 1 };
const { cases, onnx } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
const leftOut = new Map();
const failed = [];
let passed = 0;
const ops = new Set();

for (const sample of cases) {
  const result = await check(sample).catch((error) => ({ left: reason(error) }));
  if (result.left !== undefined) leftOut.set(result.left, [...(leftOut.get(result.left) ?? []), sample.name]);
  else if (result.error <= 1e-2) {
    passed++;
    for (const op of sample.ops) ops.add(op);
  } else failed.push({ name: sample.name, ...result });
}

const summary = {
  onnx,
  runtime: runtime.version,
  cases: cases.length,
  passed,
  failed,
  leftOut: Object.fromEntries([...leftOut].sort((a, b) => b[1].length - a[1].length)),
};
if (resultsFile !== undefined) writeFileSync(resultsFile, `${JSON.stringify(summary, undefined, 2)}\n`);
console.log(`${cases.length} cases: ${passed} agree, with ${ops.size} ops; ${failed.length} do not`);
for (const { name, error, what } of failed) console.log(`  ${name}: ${what}, off by ${error.toPrecision(2)}`);
for (const [why, list] of leftOut) console.log(`  ${list.length} left out: ${why}`);
process.exitCode = failed.length === 0 ? 0 : 1;

function reason(error) {
  const text = String(error?.message ?? error);
  if (/ONNX Runtime to (load|run)/.test(text)) {
    if (/implementation|NOT_IMPLEMENTED|not support|Unsupported|unsupported/.test(text))
      return "the runtime has no kernel";
    if (/opset|No Op registered|Opset/.test(text)) return "of an opset that the runtime does not know";
    return `the runtime refuses it: ${text.slice(0, 300)}`;
  }
  if (/opset/.test(text)) return "of an opset that is not read here";
  return text.replaceAll(/\(node [^)]*\)/g, "").slice(0, 300);
}

async function check({ name, inputs, reason: unfit }) {
  if (unfit) return { left: unfit };
  if (name in singular) return { left: `no derivative: ${singular[name]}` };
  const bytes = readFileSync(join(folder, `${name}.onnx`));
  const model = readModel(new Uint8Array(bytes));
  if (inputs.some(({ type }) => names[type] === undefined)) return { left: "an element type that is not fed here" };
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, tensor(input)]));
  const wanted = inputs
    .filter(({ type, dims }) => names[type] in arrays && elementCount(dims) > 0)
    .map((input) => input.name);
  if (wanted.length === 0) return { left: "no float32 or float64 input" };
  const [only] = model.graph.nodes;
  const training = only?.op in statistics && only.attributes.get("training_mode")?.value === 1;
  const excluded = new Set(
    model.graph.nodes.flatMap((node) => {
      const places = settings[node.op] ?? (training ? statistics[node.op]?.inputs : undefined) ?? [];
      const nearest = node.op === "GridSample" && node.attributes.get("mode")?.value === "nearest" ? [1] : [];
      return [...places, ...nearest].map((i) => node.inputs[i]);
    }),
  );
  const asked = wanted.filter((input) => !excluded.has(input));
  const graph = inlineFunctions(upgradeModel(model)).graph;
  const inferred = await inferShapes(rewriteOps(graph), runtime);
  const rewritten = rewriteOps(inferred);
  const forward = rewritten === inferred ? inferred : await inferShapes(rewritten, runtime);
  const session = await runtime.open(new Uint8Array(bytes), options);
  const results = await session.run(feeds);
  const unseen = training ? statistics[only.op].outputs.map((i) => only.outputs[i]) : [];
  const through = Object.keys(results).filter((output) => results[output].type in arrays && !unseen.includes(output));
  if (through.length === 0) return { left: "no float32 or float64 output" };
  const statuses = forward.nodes.map((node) => [qualifiedName(node), registry.get(qualifiedName(node))?.status]);
  const without = statuses.find(([, status]) => status !== "rule" && status !== "zero");
  if (without !== undefined) return { left: `no gradient: ${without[0]}` };
  if (statuses.every(([, status]) => status === "zero")) return { left: "piecewise constant" };

  const random = new Random(7, name);
  const g = new GraphBuilder();
  for (const { name: input, type, shape } of forward.inputs)
    if (!forward.initializers.has(input)) g.input(input, type, shape);
  for (const [constant, data] of forward.initializers) g.initializer(constant, data);
  for (const node of forward.nodes) g.node(node);
  for (const value of forward.values.values()) g.describe(value.name, value.type, value.shape);
  const seeds = new Map();
  const fed = { ...feeds };
  for (const output of through) {
    const { dims, type } = results[output];
    const seed = arrays[type].from({ length: elementCount(dims) }, () => random.uniform(-1, 1));
    seeds.set(output, `seed ${output}`);
    fed[`seed ${output}`] = new Tensor(type, seed, dims);
    g.input(`seed ${output}`, type, dims);
  }
  const gradients = backward(g, { seeds, wanted: asked });
  if (gradients.size === 0) return { left: "nothing flows back to a float input" };
  for (const [input, gradient] of gradients) g.output(`gradient ${input}`, gradient);
  const reverse = await runtime.open(writeModel(workingModel(g.build("gradient"))), options);
  const found = await reverse.run(fed);
  const loss = async (input, data) => {
    const y = await session.run({ ...feeds, [input]: new Tensor(feeds[input].type, data, feeds[input].dims) });
    return through.reduce((sum, output) => {
      const seed = fed[`seed ${output}`].data;
      return sum + y[output].data.reduce((part, value, k) => part + value * seed[k], 0);
    }, 0);
  };
  let worst = { error: 0, what: "" };
  for (const input of asked) {
    const point = feeds[input].data;
    const gradient = found[`gradient ${input}`]?.data ?? new Float64Array(point.length);
    const norm = Math.max(Math.hypot(...gradient), 1e-3);
    for (const direction of directions(gradient, norm, random)) {
      const analytic = gradient.reduce((sum, value, i) => sum + value * direction[i], 0);
      let best = Infinity;
      const here = await loss(input, point);
      const at = (size) =>
        loss(
          input,
          point.map((value, i) => value + size * direction[i]),
        );
      // Where a kink lies within one step, another may miss it; at a kink the gradient lies between those of both sides
      for (const step of [2 ** -6, 2 ** -8, 2 ** -10, 2 ** -4, 2 ** -12]) {
        const [ahead, behind] = [await at(step), await at(-step)];
        const sides = [(ahead - here) / step, (here - behind) / step];
        const numeric = (ahead - behind) / (2 * step);
        if (!Number.isFinite(numeric)) continue;
        const between = Math.max(Math.min(...sides) - analytic, analytic - Math.max(...sides));
        best = Math.min(best, Math.abs(numeric - analytic) / norm, Math.max(between, 0) / norm + 1e-3);
        if (best < 2e-3) break;
      }
      if (best === Infinity) return { left: "results that are not finite" };
      if (!(best <= worst.error)) worst = { error: best, what: input };
    }
  }
  await session.release();
  await reverse.release();
  return worst;
}

/** Each element alone where there are few; else the gradient's own direction and some of all elements at once. */
function directions(gradient, norm, random) {
  if (gradient.length <= 32) return Array.from(gradient, (_, k) => Array.from(gradient, (_, i) => (i === k ? 1 : 0)));
  const signs = () => Array.from(gradient, () => (random.uniform() < 0.5 ? -1 : 1));
  return [Array.from(gradient, (value) => value / norm), signs(), signs(), signs()];
}

function tensor({ type, dims, file }) {
  const bytes = readFileSync(join(folder, file));
  const kind = names[type];
  const view = views[kind];
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return new Tensor(kind, new view(buffer), dims);
}
