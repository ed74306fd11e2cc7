// Prints the tables of all result files, and puts them into docs/performance.md between the marks that name them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { tables } from "./tables.mjs";
import { scaling, workloads } from "./workloads.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const path = here("../docs/performance.md");

/** The document with its tables filled from the result files. */
export async function filledDocument() {
  const files = new Set(readdirSync(here("results/training")));
  const names = Object.keys({ ...workloads, ...scaling }).filter((name) => files.has(`${name}.json`));
  const sections = tables(names.map((name) => JSON.parse(readFileSync(here(`results/training/${name}.json`), "utf8"))));
  const filled = readFileSync(path, "utf8").replace(
    /(<!-- table (\w+) -->\n)[^]*?(<!-- end -->)/g,
    (_, begin, name, end) => `${begin}\n${sections[name]}\n\n${end}`,
  );
  return format(filled, { ...(await resolveConfig(path)), parser: "markdown" });
}

export async function showTables() {
  const text = await filledDocument();
  writeFileSync(path, text);
  for (const [, name, table] of text.matchAll(/<!-- table (\w+) -->\n([^]*?)<!-- end -->/g)) {
    console.log(`${name}\n${table}`);
  }
}
