import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, stringify } from "./json.ts";

test("numbers that are not finite are texts, at any depth, and what is undefined is absent", () => {
  const report = { loss: NaN, interval: [-Infinity, Infinity], inner: { accuracy: undefined, samples: 3 } };
  expect(stringify(report)).toBe('{"loss":"NaN","interval":["-Infinity","Infinity"],"inner":{"samples":3}}');
});

test("every number comes back with its bits, but for the sign of zero", () => {
  fc.assert(
    fc.property(fc.double(), fc.string(), (number, text) => {
      fc.pre(!["NaN", "Infinity", "-Infinity"].includes(text));
      const written = stringify({ list: [number], text });
      expect(parse(written)).toEqual({ list: [number === 0 ? 0 : number], text });
    }),
  );
});

test("names that objects inherit stay texts", () => {
  expect(parse('["toString","__proto__"]')).toEqual(["toString", "__proto__"]);
});
