import { stringify } from "../core/index.ts";
import { mergeFiles } from "../score/index.ts";
import { defineCommand } from "./command.ts";
import { ProgressBar } from "./progress.ts";
import { describeScore } from "./score-display.ts";

/** `onward merge`: brings score states together, to the numbers of scoring all rows at once. */
export const merge = defineCommand({
  name: "merge",
  summary: "Merge score states into the report of all their rows",
  usage: "onward merge STATES [--state OUT.json] [--json]",
  options: {
    state: { type: "string", valueName: "OUT.json", help: "write the merged state there" },
    json: { type: "boolean", help: "print one JSON object" },
  },
  positionals: { valueName: "STATES", minimum: 1, maximum: Infinity },
  async run(values, paths, io) {
    const bar = new ProgressBar(io.stderr);
    const report = await mergeFiles(paths, {
      signal: io.signal,
      onProgress: bar.update.bind(bar),
      ...(values.state !== undefined && { state: values.state }),
    });
    bar.clear();
    io.stdout.write(values.json ? `${stringify(report)}\n` : describeScore(report, io.stdout.columns));
  },
});
