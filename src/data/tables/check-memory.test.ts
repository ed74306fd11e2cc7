import { expect, test } from "vitest";
import { checkMemory } from "./check-memory.ts";

test("a table that is larger than memory is refused before it is read", () => {
  const wide = { size: 2_000_000, name: "wide.parquet" };
  expect(() => checkMemory(wide, 500, 8e9)).toThrow(
    "Expected memory for 2000000 rows of 500 columns, about 12.0 GB, got 8.00 GB that is free (wide.parquet). " +
      "Leave columns out, take a part of the rows, or feed them in order with the library's stream.",
  );
  expect(() => checkMemory(wide, 500, 12e9)).not.toThrow();
});

test("what the process may take is asked for", () => {
  expect(() => checkMemory({ size: 1e15, name: "a" }, 1)).toThrow("that is free");
  expect(() => checkMemory({ size: 1000, name: "a" }, 3)).not.toThrow();
});
