import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

test("onward/metrics bundles for a browser: nothing of Node, nothing else, under 25 kB gzipped", async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL("../../src/metrics/index.ts", import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    metafile: true,
    write: false,
  });
  expect(
    Object.keys(metafile.inputs).filter((file) => !/src\/(metrics\/|core\/(errors|free-memory)\.ts)/.test(file)),
  ).toEqual([]);
  const bytes = gzipSync(outputFiles[0]?.contents ?? "").length;
  expect(bytes).toBeGreaterThan(5000);
  expect(bytes).toBeLessThan(25_000);
});
