// Compiles the folders of kernels/ to WebAssembly and writes each as kernel-code.ts where it is used; with --check it only compares.
//   npm run kernels
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { format, resolveConfig } from "prettier";

/** Which folder goes where, and with which memory. */
const modules = [
  {
    folder: "kernels/score",
    target: "src/score/kernel-code.ts",
    memory: [
      "--enable",
      "threads",
      "--importMemory",
      "--sharedMemory",
      "--initialMemory",
      "1",
      "--maximumMemory",
      "65536",
    ],
  },
  { folder: "kernels/images", target: "src/data/images/kernel-code.ts", memory: ["--initialMemory", "1"] },
];

for (const { folder, target, memory } of modules) {
  const written = new Map();
  const { error, stderr } = await asc.main(
    [
      ...[`${folder}/index.ts`, "--outFile", "kernels.wasm", "--optimizeLevel", "3", "--converge", "--noAssert"],
      ...["--runtime", "stub", "--enable", "simd", ...memory],
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
  const path = fileURLToPath(new URL(`../${target}`, import.meta.url));
  const text = await format(
    `/** The WebAssembly of ${folder}/ in base 64, as \`npm run kernels\` writes it. */\nexport const kernelCode =\n  "${code}";\n`,
    { ...(await resolveConfig(path)), parser: "typescript" },
  );
  if (process.argv.includes("--check")) {
    if (readFileSync(path, "utf8") !== text) throw new Error(`${target} is not of ${folder}/`);
  } else writeFileSync(path, text);
  console.log(`${folder}: ${written.get("kernels.wasm").length} bytes of WebAssembly`);
}
