// The tables of docs/performance.md, as Markdown, from the result files.
import { peers } from "./peers.mjs";
import { Summary } from "./summary.mjs";

const show = (value, format) => (value === undefined || Number.isNaN(value) ? "-" : format(value));
const ratio = (value) => show(value, (x) => `${x.toFixed(2)}x`);
const percent = (value) => show(value, (x) => `${(100 * x).toFixed(1)} %`);
const milliseconds = (value) => show(value, (x) => (x * 1000).toFixed(x < 0.01 ? 2 : 1));
const seconds = (value) => show(value, (x) => x.toFixed(2));
const megabytes = (value) => show(value, (x) => (x / 2 ** 20).toFixed(0));
const rate = (best) =>
  show(
    best,
    ({ rate: x, threads }) =>
      `${x.toLocaleString("en", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 })} (${threads})`,
  );

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

const against = ["torch", "torch-compile", "onnxsim", "tfjs", "jax-js"];

function training(all) {
  const head = ["workload", "Onward", "PyTorch", ...against.map((peer) => `to ${peers[peer].title}`)];
  return table(
    head,
    all.map((s) => [
      s.result.workload,
      rate(s.best("onward", "train")),
      rate(s.best("torch", "train")),
      ...against.map((peer) => ratio(s.ratio(["onward", "train"], [peer]))),
    ]),
  );
}

function evaluation(all) {
  const head = [
    "workload",
    "Onward",
    "PyTorch",
    "to PyTorch",
    "to TensorFlow.js",
    "to jax-js",
    "to the forward pass alone",
  ];
  return table(
    head,
    all.map((s) => [
      s.result.workload,
      rate(s.best("onward", "evaluate")),
      rate(s.best("torch", "evaluate")),
      ...["torch", "tfjs", "jax-js"].map((peer) => ratio(s.ratio(["onward", "evaluate"], [peer]))),
      ratio(s.ratio(["onward", "evaluate"], ["floor", "forward"])),
    ]),
  );
}

function step(all) {
  const head = [
    "workload",
    "step",
    "graph alone",
    "trainer's share",
    "tally's share",
    "forward pass",
    "matrix products",
  ];
  return table(
    head,
    all.map((s) => {
      const alone = s.ratioAlike("onward-step", "onward", "train");
      const tally = s.ratio(["onward", "train"], ["onward", "tally"]);
      return [
        s.result.workload,
        milliseconds(s.stepSeconds("onward", "train")),
        milliseconds(s.stepSeconds("onward-step", "train")),
        percent(alone === undefined ? undefined : alone - 1),
        percent(tally),
        milliseconds(s.stepSeconds("floor", "forward")),
        milliseconds(s.stepSeconds("floor", "products")),
      ];
    }),
  );
}

function costs(all) {
  const head = ["workload", "Onward, s", "PyTorch, s", "Onward, MB", "PyTorch, MB", "memory to PyTorch's"];
  return table(
    head,
    all.map((s) => {
      const [own, theirs] = [s.memory("onward"), s.memory("torch")];
      return [
        s.result.workload,
        seconds(s.firstStep("onward")),
        seconds(s.firstStep("torch")),
        megabytes(own),
        megabytes(theirs),
        ratio(own === undefined || theirs === undefined ? undefined : own / theirs),
      ];
    }),
  );
}

function growth(all) {
  const head = [
    "varied",
    "value",
    "1 thread, ms",
    "2 threads, ms",
    "PyTorch 1 thread, ms",
    "2 threads, ms",
    "to PyTorch",
  ];
  const step = (s, peer, threads) => {
    const rates = s.rates(peer, "train", threads).toSorted((a, b) => a - b);
    const middle = rates[Math.floor(rates.length / 2)];
    return milliseconds(middle === undefined ? undefined : s.result.spec.batch / middle);
  };
  return table(
    head,
    all.map((s) => [
      s.result.spec.scaling.axis,
      String(s.result.spec.scaling.value),
      ...["onward", "torch"].flatMap((peer) => [1, 2].map((threads) => step(s, peer, threads))),
      ratio(s.ratio(["onward", "train"], ["torch"])),
    ]),
  );
}

function machines(results) {
  const lines = new Map();
  for (const { date, machine, versions, absent, rounds, workload } of results) {
    const without = Object.entries(absent).map(([peer, reason]) => `${peers[peer].title} (${reason})`);
    const peerVersions = Object.entries(versions).filter(([, version]) => version !== "this one");
    const line = [
      `${date.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ONNX Runtime ${machine.onnxruntime}`,
      ...peerVersions.map(([peer, version]) => `${peers[peer].title} ${version}`),
      `${rounds} rounds`,
      ...(without.length === 0 ? [] : [`without ${without.join(", ")}`]),
    ].join(", ");
    lines.set(line, [...(lines.get(line) ?? []), workload]);
  }
  return [...lines].map(([line, names]) => `- ${names.join(", ")}: ${line}.`).join("\n");
}

function failures(results) {
  const lines = results.flatMap(({ workload, failures }) =>
    Object.entries(failures).map(([what, reason]) => `- ${workload}, ${what}: ${reason}`),
  );
  return lines.length === 0 ? [] : ["What did not run:", lines.join("\n")];
}

/** The Markdown of each section, by the name of its place in the document. */
export function tables(results) {
  const all = results.map((result) => new Summary(result));
  const main = all.filter((s) => s.result.spec.scaling === undefined);
  const scaled = all.filter((s) => s.result.spec.scaling !== undefined);
  return {
    training: training(main),
    evaluation: evaluation(main),
    step: step(main),
    costs: costs(main),
    growth: growth(scaled),
    runs: [machines(results), ...failures(results)].join("\n\n"),
  };
}
