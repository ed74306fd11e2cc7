import { OnwardError, stringify } from "../core/index.ts";
import { compareFiles, scoreFiles } from "../score/index.ts";
import { defineCommand } from "./command.ts";
import { requiredOption } from "./option-values.ts";
import { ProgressBar } from "./progress.ts";
import { readScoreOptions, scoreOptions } from "./score-options.ts";
import { describeComparison } from "./comparison-display.ts";
import { scoreModel } from "./score-model.ts";
import { describeScore } from "./score-display.ts";

/** `onward score`: says how good predictions in files are. */
export const score = defineCommand({
  name: "score",
  summary: "Score predictions in files: exact metrics with error bars",
  usage: "onward score FILES --label COL --scores COL|PREFIX --kind logits|log-probabilities|probabilities [options]",
  options: scoreOptions,
  positionals: { valueName: "FILES", minimum: 0, maximum: Infinity },
  async run(values, given, io) {
    const options = readScoreOptions(values);
    const bar = new ProgressBar(io.stderr);
    const more = {
      signal: io.signal,
      onProgress: bar.update.bind(bar),
      ...(values.state !== undefined && { state: values.state }),
    };
    if (values.model !== undefined) {
      if (given.length > 0) throw new OnwardError("usage", { expected: "either --model or FILES", got: "both" });
      const report = await scoreModel({ ...values, model: values.model }, options, more);
      bar.clear();
      io.stdout.write(values.json ? `${stringify(report)}\n` : describeScore(report));
      return;
    }
    if (given.length === 0) throw new OnwardError("usage", { expected: "at least 1 FILES, or --model", got: "none" });
    const files = given;
    if (values.against === undefined) {
      const report = await scoreFiles(files, options, more);
      bar.clear();
      io.stdout.write(values.json ? `${stringify(report)}\n` : describeScore(report));
      return;
    }
    const key = requiredOption("key", values.key, "COL, the column by which rows are matched");
    const report = await compareFiles(files, [values.against], key, options, more);
    bar.clear();
    io.stdout.write(values.json ? `${stringify(report)}\n` : describeScore(report));
    if (!values.json) io.stdout.write(describeComparison(report.comparison));
  },
});
