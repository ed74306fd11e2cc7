// Builds dist/: declarations by TypeScript, file by file, and JavaScript in few files, as each one that is loaded costs a
// start half a millisecond or more. What reads ONNX files, of many files too, is built in: THIRD-PARTY-LICENSES holds its licences.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const { bin, exports, dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const dist = join(root, "dist");

/** What threads begin with, and the command line as a function. */
const others = ["./dist/data/images/image-worker.js", "./dist/score/row-worker.js", "./dist/cli/index.js"];
const built = [...Object.values(exports), ...Object.values(bin), ...others].filter((file) => file.endsWith(".js"));
const entryPoints = built.map((file) => join(root, file.replace("./dist/", "src/").replace(/\.js$/, ".ts")));

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
// Declarations of what has not changed stay; what is published holds nothing of earlier builds.
rmSync(process.argv.includes("--clean") ? dist : join(dist, "chunks"), { recursive: true, force: true });
try {
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
} catch {
  process.exit(1);
}

await build({
  absWorkingDir: root,
  entryPoints,
  outbase: join(root, "src"),
  outdir: relative(root, dist),
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  external: Object.keys(dependencies),
  format: "esm",
  platform: "node",
  target: "node20.19",
  logLevel: "warning",
});
