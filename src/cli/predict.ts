import { modelKind, predictFile } from "../score/index.ts";
import { readModelFile } from "../graph/index.ts";
import { dataForms } from "./data-forms.ts";
import { dataOption, heldByModel, phaseOf } from "./data-option.ts";
import { dataOptions } from "./data-options.ts";
import { defineCommand } from "./command.ts";
import { choiceOption, integerOption, requiredOption } from "./option-values.ts";
import { ProgressBar } from "./progress.ts";

/** `onward predict`: runs a model over data and writes its predictions as Parquet. */
export const predict = defineCommand({
  name: "predict",
  summary: "Run a model over data and write predictions that score reads",
  usage: `onward predict --model FILE.onnx --data ${dataForms} --out FILE [options]`,
  options: {
    model: { type: "string", valueName: "FILE.onnx", help: "the model; its first output are the scores" },
    data: { type: "string", valueName: "DATA", help: dataForms },
    phase: { type: "string", valueName: "PHASE", default: "val", help: "which part of the data: train, val or test" },
    ...dataOptions,
    kind: {
      type: "string",
      valueName: "KIND",
      help: "what the scores are: logits, log-probabilities or probabilities; not needed where the model ends in a softmax",
    },
    out: {
      type: "string",
      valueName: "FILE",
      help: "file to write key, label, scores and loss to: .parquet, .csv, .tsv or .jsonl",
    },
    "batch-size": { type: "string", valueName: "N", default: "256", help: "samples that are run together" },
    threads: { type: "string", valueName: "T", help: "threads within an operation; all by default" },
    provider: { type: "string", valueName: "NAME", help: "execution provider; cpu by default" },
  },
  async run(values, _positionals, io) {
    const model = requiredOption("model", values.model, "FILE.onnx");
    const data = dataOption(requiredOption("data", values.data, dataForms), values);
    const out = requiredOption("out", values.out, "FILE");
    const kinds = ["logits", "log-probabilities", "probabilities"] as const;
    const declared = values.kind === undefined ? undefined : choiceOption("kind", values.kind, kinds);
    const phase = choiceOption("phase", values.phase, ["train", "val", "test"]);
    const batchSize = integerOption("batch-size", values["batch-size"], { minimum: 1 });
    const { threads, provider } = values;
    const kind = await modelKind(model, declared);
    const source = phaseOf(await data.load(heldByModel(readModelFile(model))), phase);
    const bar = new ProgressBar(io.stderr);
    await predictFile(model, source, out, {
      kind,
      batchSize,
      signal: io.signal,
      onProgress: bar.update.bind(bar),
      ...(threads !== undefined && { threads: integerOption("threads", threads, { minimum: 1 }) }),
      ...(provider !== undefined && { provider }),
    });
    bar.clear();
    io.stdout.write(`${source.size} predictions written to ${out}\n`);
  },
});
