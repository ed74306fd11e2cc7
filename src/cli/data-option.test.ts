import { expect, test } from "vitest";
import { dataOption } from "./data-option.ts";

test("names the data for a run folder", () => {
  expect(dataOption("mnist").name).toBe("mnist");
  expect(dataOption("idx:some/Fashion MNIST/").name).toBe("Fashion-MNIST");
  expect(dataOption("idx:/").name).toBe("idx");
});

test("loads what it names", async () => {
  await expect(dataOption("idx:no/such/folder").load()).rejects.toThrow("got none that can be read (no/such/folder)");
});

test.each(["", "idx:", "cifar10", "MNIST"])("refuses %j", (text) => {
  expect(() => dataOption(text)).toThrow(`Expected --data to be mnist or idx:DIR, got ${JSON.stringify(text)}.`);
});
