import { expect, test } from "vitest";
import { isBetter } from "./best-epochs.ts";

test.each([
  [{ accuracy: 0.9, loss: 1 }, undefined, true],
  [{ accuracy: 0.9, loss: 9 }, { accuracy: 0.8, loss: 1 }, true],
  [{ accuracy: 0.8, loss: 0 }, { accuracy: 0.9, loss: 1 }, false],
  [{ accuracy: 0.9, loss: 0.5 }, { accuracy: 0.9, loss: 1 }, true],
  [{ accuracy: 0.9, loss: 1 }, { accuracy: 0.9, loss: 1 }, false],
  [{ accuracy: NaN, loss: 1 }, undefined, false],
  [{ accuracy: 1, loss: NaN }, { accuracy: 0.1, loss: 1 }, false],
  [{ accuracy: 1, loss: Infinity }, undefined, false],
  [{ loss: 1 }, undefined, true],
  [{ loss: 1 }, { loss: 2 }, true],
  [{ accuracy: 0.9 }, undefined, false],
  [{ accuracy: 0, loss: 5 }, undefined, true],
])("%o against %o", (epoch, best, better) => {
  expect(isBetter(epoch, best)).toBe(better);
});
