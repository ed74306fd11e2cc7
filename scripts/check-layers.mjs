// Fails on an import that goes up, sideways between folders, or round in a circle; `import type` counts too.
// Tests may import anything: they are left out.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** Folder of src/ -> level. A folder imports itself and folders of lower levels only. */
const levels = {
  core: 0,
  tables: 0.5,
  metrics: 1,
  graph: 1,
  data: 1,
  runtime: 1,
  distributed: 1,
  runs: 1,
  nn: 2,
  criteria: 2,
  gradients: 2,
  optimizers: 2,
  steps: 3,
  train: 4,
  score: 4,
  dashboard: 5,
  cli: 6,
};

/** Files that may reach for a package or a folder that the rest may not. */
const only = {
  "onnxruntime-node": "runtime/node.ts",
  "onnxruntime-web": "runtime/web.ts",
};

const src = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "..", "src"));
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
const problems = [];
const edges = new Map();

for (const file of files) {
  const from = file.includes("/") ? file.split("/")[0] : undefined;
  if (from !== undefined && !(from in levels)) problems.push(`${file}: folder "${from}" has no level`);
  const targets = [];
  for (const name of importsOf(join(src, file))) {
    if (!name.startsWith(".")) {
      const home = only[name];
      if (home !== undefined && file !== home) problems.push(`${file} imports ${name}: only ${home} may`);
      if (from === "metrics" && !name.startsWith("."))
        problems.push(`${file} imports ${name}: metrics depends on nothing`);
      continue;
    }
    const target = relative(src, resolve(dirname(join(src, file)), name))
      .split(sep)
      .join("/");
    targets.push(target);
    const to = target.split("/")[0];
    if (from === undefined || from === to) continue;
    if (from === "metrics" && target !== "core/errors.ts" && target !== "core/free-memory.ts")
      problems.push(`${file} imports ${target}: metrics may import core/errors.ts and core/free-memory.ts alone`);
    if (from === "dashboard" && to !== "runs" && to !== "core")
      problems.push(`${file} imports ${target}: dashboard reads runs/ only`);
    if (!(to in levels) || levels[to] >= levels[from]) problems.push(`${file} imports ${target}: not a lower level`);
  }
  edges.set(file, targets);
}

const done = new Set();
const walk = (file, path) => {
  if (path.includes(file)) {
    problems.push(`circle: ${[...path.slice(path.indexOf(file)), file].join(" -> ")}`);
    return;
  }
  if (done.has(file)) return;
  for (const target of edges.get(file) ?? []) walk(target, [...path, file]);
  done.add(file);
};
for (const file of edges.keys()) walk(file, []);

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`layers: ${files.length} files, imports go one way`);

function importsOf(file) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, false);
  const names = [];
  const visit = (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
      names.push(node.moduleSpecifier.text);
    else if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      ts.isStringLiteral(node.arguments[0])
    ) {
      names.push(node.arguments[0].text);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) names.push(node.argument.literal.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}
