import { expect, test } from "vitest";
import { registry } from "../../src/gradients/index.ts";
import { opSet } from "../../src/gradients/op-set.ts";
import { opsTable } from "./ops-table.ts";

test("every op of the default domain has a status", () => {
  expect(Object.keys(opSet).filter((op) => !registry.has(op))).toEqual([]);
});

test("at least 130 ops have a gradient", () => {
  const differentiable = [...registry.values()].filter(({ status }) => status === "rule" || status === "rewritten");
  expect(differentiable.length).toBeGreaterThanOrEqual(130);
});

test("docs/ops.md is what the registry says", async () => {
  await expect(opsTable()).toMatchFileSnapshot("../../docs/ops.md");
});
