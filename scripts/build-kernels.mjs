// Compiles kernels/ to WebAssembly and writes it as src/score/kernel-code.ts; with --check it only compares.
//   npm run kernels
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { format, resolveConfig } from "prettier";

const target = fileURLToPath(new URL("../src/score/kernel-code.ts", import.meta.url));
const written = new Map();
const { error, stderr } = await asc.main(
  [
    ...["kernels/index.ts", "--outFile", "kernels.wasm", "--optimizeLevel", "3", "--converge", "--noAssert"],
    ...["--runtime", "stub", "--enable", "simd", "--enable", "threads"],
    ...["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
  ],
  {
    readFile: (name, folder) => {
      try {
        return readFileSync(`${folder}/${name}`, "utf8");
      } catch {
        return null;
      }
    },
    writeFile: (name, contents) => written.set(name, contents),
  },
);
if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
const code = Buffer.from(written.get("kernels.wasm")).toString("base64");
const text = await format(
  `/** The WebAssembly of kernels/ in base 64, as \`npm run kernels\` writes it. */\nexport const kernelCode =\n  "${code}";\n`,
  { ...(await resolveConfig(target)), parser: "typescript" },
);
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) throw new Error("src/score/kernel-code.ts is not of kernels/");
} else writeFileSync(target, text);
console.log(`${written.get("kernels.wasm").length} bytes of WebAssembly`);
