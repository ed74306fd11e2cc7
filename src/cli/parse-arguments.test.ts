import { describe, expect, test } from "vitest";
import { defineCommand } from "./command.ts";
import { parseArguments } from "./parse-arguments.ts";

const command = defineCommand({
  name: "demo",
  summary: "Demonstrate",
  usage: "onward demo",
  options: {
    "ignore-label": { type: "string", short: "i", help: "a label" },
    epochs: { type: "string", default: "5", help: "how many" },
    json: { type: "boolean", short: "j", help: "JSON" },
  },
  positionals: { valueName: "FILE", minimum: 0, maximum: 2 },
  run: async () => {},
});

const valuesOf = (...args: string[]): unknown => {
  const read = parseArguments(command, args);
  return read.help ? "help" : [read.values, read.positionals];
};

describe("values", () => {
  test.each([
    [[], [{ "ignore-label": undefined, epochs: "5", json: false }, []]],
    [
      ["--epochs", "3", "-j"],
      [{ "ignore-label": undefined, epochs: "3", json: true }, []],
    ],
    [
      ["--epochs=1", "--epochs", "2"],
      [{ "ignore-label": undefined, epochs: "2", json: false }, []],
    ],
    [
      ["--ignore-label", "-100", "a.csv"],
      [{ "ignore-label": "-100", epochs: "5", json: false }, ["a.csv"]],
    ],
    [
      ["-i", "-1", "--epochs", "-.5"],
      [{ "ignore-label": "-1", epochs: "-.5", json: false }, []],
    ],
    [
      ["--ignore-label=--odd", "--", "--epochs", "-1"],
      [{ "ignore-label": "--odd", epochs: "5", json: false }, ["--epochs", "-1"]],
    ],
    [
      ["-", "b"],
      [{ "ignore-label": undefined, epochs: "5", json: false }, ["-", "b"]],
    ],
    [["--json", "--help"], "help"],
    [["-h"], "help"],
  ])("%j", (args, expected) => {
    expect(valuesOf(...args)).toEqual(expected);
  });
});

describe("errors", () => {
  test.each([
    [["--epoch", "3"], 'Expected an option of "onward demo", got --epoch. The nearest is --epochs.'],
    [["-x"], 'Expected an option of "onward demo", got -x. The nearest is --json.'],
    [["--__proto__"], 'Expected an option of "onward demo", got --__proto__.'],
    [["--epochs"], "Expected a value for --epochs, got none."],
    [["--epochs", "--json"], "Expected a value for --epochs, got the option --json."],
    [["--json=yes"], 'Expected no value for --json, got "yes".'],
    [["a", "b", "c"], 'Expected at most 2 FILE, got "c".'],
  ])("%j", (args, message) => {
    expect(() => valuesOf(...args)).toThrow(message);
  });

  test("too few and unwanted arguments", () => {
    const needy = { ...command, positionals: { valueName: "FILE", minimum: 1, maximum: 1 } };
    expect(() => parseArguments(needy, [])).toThrow("Expected at least 1 FILE, got none.");
    const without = defineCommand({ name: "bare", summary: "", usage: "", options: {}, run: async () => {} });
    expect(() => parseArguments(without, ["x"])).toThrow('Expected options alone, got "x".');
  });
});
