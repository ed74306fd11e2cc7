import { expect, test } from "vitest";
import { classNames } from "./class-names.ts";

test.each([
  ["cat,dog", ["cat", "dog"]],
  [" cat , dog ", ["cat", "dog"]],
  ["one", ["one"]],
  ["a,,b", ["a", "", "b"]],
  ["a,", ["a", ""]],
  ['cat,"big, dog",owl', ["cat", "big, dog", "owl"]],
  [' "a" ,"say ""hi"", you"', ["a", 'say "hi", you']],
  ['5" disk,3" disk', ['5" disk', '3" disk']],
  ['"open,end', ['"open', "end"]],
])("%s", (text, names) => {
  expect(classNames(text)).toEqual(names);
});
