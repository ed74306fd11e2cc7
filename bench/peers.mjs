// The peers: how each is started, what it can be asked, and whether it is there.
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const node = (file) => ({ command: (folder, threads) => [process.execPath, here(file), folder, String(threads)] });
const python = (file, ...more) => ({
  command: (folder, threads, interpreter) => [interpreter, here(file), folder, String(threads), ...more],
});

/** `kinds` are the models that a peer is written for, all if absent; `threads` how many it takes, where it cannot be told. */
export const peers = {
  onward: { ...node("peers/onward.mjs"), title: "Onward", measures: ["train", "evaluate"] },
  "onward-step": { ...node("peers/onward-step.mjs"), title: "Onward's graph alone", measures: ["train"] },
  floor: { ...node("peers/floor.mjs"), title: "floor", measures: ["forward", "products"] },
  torch: {
    ...python("peers/pytorch_loop.py", "eager"),
    title: "PyTorch",
    measures: ["train", "evaluate"],
    version: (interpreter) => pythonVersion(interpreter, "torch"),
  },
  "torch-compile": {
    ...python("peers/pytorch_loop.py", "compile"),
    title: "torch.compile",
    measures: ["train", "evaluate"],
    version(interpreter) {
      execFileSync("c++", ["--version"], { stdio: "ignore" });
      return pythonVersion(interpreter, "torch");
    },
  },
  onnxsim: {
    ...python("peers/onnxsim_loop.py"),
    title: "onnxsim",
    measures: ["train"],
    kinds: ["mlp", "cnn"],
    threads: availableParallelism(),
    version: (interpreter) => pythonVersion(interpreter, "onnxsim"),
  },
  tfjs: {
    ...node("peers/tensorflow.mjs"),
    title: "TensorFlow.js",
    measures: ["train", "evaluate"],
    kinds: ["mlp", "cnn"],
    threads: 1,
    version: () => packageVersion("@tensorflow/tfjs-backend-wasm"),
  },
  "jax-js": {
    ...node("peers/jax.mjs"),
    title: "jax-js",
    measures: ["train", "evaluate"],
    // A step of the cnn takes it 14 s.
    kinds: ["mlp"],
    threads: 1,
    version: () => packageVersion("@jax-js/jax"),
  },
};

/** Version of each peer that is there, and why the others are not. */
export function findPeers(names, interpreter) {
  const found = { versions: {}, absent: {} };
  for (const name of names) {
    try {
      found.versions[name] = peers[name].version?.(interpreter) ?? "this one";
    } catch (error) {
      found.absent[name] = String(error.stderr ?? error.message)
        .trim()
        .split("\n")
        .at(-1);
    }
  }
  return found;
}

function pythonVersion(interpreter, name) {
  const text = `import importlib.metadata as m; print(m.version("${name}"))`;
  return execFileSync(interpreter, ["-c", text], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

function packageVersion(name) {
  const path = here(`node_modules/${name}/package.json`);
  if (!existsSync(path)) throw new Error(`${name} is not installed: npm install --prefix bench`);
  return JSON.parse(readFileSync(path, "utf8")).version;
}
