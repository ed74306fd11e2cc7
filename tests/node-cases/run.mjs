// Checks the gradients of ONNX's own node test cases by finite differences.
// Usage: node tests/node-cases/run.mjs FOLDER [--only PATTERN] [--write]
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
// Inside the project, so that the packages are found from there.
const outfile = join(here, "../../node_modules/.cache/node-cases/main.mjs");
mkdirSync(dirname(outfile), { recursive: true });
await build({
  entryPoints: [join(here, "main.ts")],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
});
const { main } = await import(pathToFileURL(outfile).href);
process.exitCode = await main(process.argv.slice(2), here);
