import { expect, test } from "vitest";
import { choiceOption, integerOption, numberOption, numbersOption, requiredOption } from "./option-values.ts";

test("numbers", () => {
  expect(["1e-3", "-.5", "+2.", "0"].map((text) => numberOption("x", text))).toEqual([1e-3, -0.5, 2, 0]);
  for (const text of ["", " ", "1e999", "NaN", "Infinity", "0x10", "1,5", "three"]) {
    expect(() => numberOption("x", text)).toThrow(`Expected --x to be a number, got ${JSON.stringify(text)}.`);
  }
  expect(() => numberOption("x", "1.5", { minimum: 0, maximum: 1 })).toThrow("a number from 0 to 1");
  expect(() => numberOption("x", "0", { minimum: Number.MIN_VALUE })).toThrow("to be a number above 0, got");
});

test("integers", () => {
  expect(integerOption("x", "-100")).toBe(-100);
  for (const text of ["", "1.0", "1e3", "9007199254740993"]) {
    expect(() => integerOption("x", text)).toThrow("Expected --x to be an integer");
  }
  expect(() => integerOption("x", "0", { minimum: 1 })).toThrow('an integer of at least 1, got "0".');
});

test("lists, choices and what has to be given", () => {
  expect(numbersOption("x", "1, 2.5,0")).toEqual([1, 2.5, 0]);
  expect(() => numbersOption("x", "1,,2")).toThrow('Expected --x to be a number, got "".');
  expect(choiceOption("x", "sgd", ["adam", "sgd"])).toBe("sgd");
  expect(() => choiceOption("x", "lion", ["adam", "sgd"])).toThrow('Expected --x to be one of adam, sgd, got "lion".');
  expect(() => requiredOption("data", undefined, "mnist|idx:DIR")).toThrow("Expected --data mnist|idx:DIR, got none.");
});
