import { stringify } from "../core/index.ts";
import { checkCurves, compareFiles, scoreFiles, scoreFitted, writeCurves } from "../score/index.ts";
import { defineCommand } from "./command.ts";
import { describeComparison } from "./comparison-display.ts";
import { describeFit } from "./fit-display.ts";
import { requiredOption } from "./option-values.ts";
import { ProgressBar } from "./progress.ts";
import { checkPairs, readFitRequest, readScoreOptions, scoreOptions } from "./score-options.ts";
import { describeScore } from "./score-display.ts";

/** `onward score`: says how good predictions in files are. */
export const score = defineCommand({
  name: "score",
  summary: "Score predictions in files: exact metrics with error bars",
  usage: "onward score FILES --label COL --scores COL|PREFIX --kind logits|log-probabilities|probabilities [options]",
  options: scoreOptions,
  positionals: { valueName: "FILES", minimum: 0, maximum: Infinity },
  async run(values, files, io) {
    const options = readScoreOptions(values);
    const fit = readFitRequest(values);
    checkPairs(values, files.length, fit !== undefined);
    const bar = new ProgressBar(io.stderr);
    const more = {
      signal: io.signal,
      onProgress: bar.update.bind(bar),
      ...(values.state !== undefined && { state: values.state }),
    };
    const print = (report: object, text: () => string) => {
      bar.clear();
      io.stdout.write(values.json ? `${stringify(report)}\n` : text());
    };
    if (values.model !== undefined) {
      // What runs models takes longer to load than small files take to be scored.
      const { scoreModel } = await import("./score-model.ts");
      const report = await scoreModel({ ...values, model: values.model }, options, more);
      print(report, () => describeScore(report, io.stdout.columns));
    } else if (values.against !== undefined) {
      const key = requiredOption("key", values.key, "COL, the column by which rows are matched");
      const report = await compareFiles(files, [values.against], key, options, more);
      print(report, () => `${describeScore(report, io.stdout.columns)}${describeComparison(report.comparison)}`);
    } else if (fit !== undefined) {
      const report = await scoreFitted(files, options, fit, more);
      print(report, () => `${describeFit(report.fitted)}\n\n${describeScore(report, io.stdout.columns)}`);
    } else {
      if (values.curves !== undefined) checkCurves(options, values.curves);
      const report = await scoreFiles(files, options, more);
      if (values.curves !== undefined) await writeCurves(files, options, values.curves, more);
      print(report, () => describeScore(report, io.stdout.columns));
    }
  },
});
