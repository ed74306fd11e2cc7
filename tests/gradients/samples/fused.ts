import { between, real, type Sample } from "../sample.ts";

/** Samples of the rules in fused.ts. */
export const fused: Readonly<Record<string, readonly Sample[]>> = {
  "com.microsoft:BiasGelu": [{ name: "bias", inputs: [between(-2, 2, 2, 3), real(3)] }],
  "com.microsoft:FastGelu": [
    { name: "bias", inputs: [between(-2, 2, 2, 3), real(3)], only: "float32" },
    { name: "no bias", inputs: [between(-2, 2, 6)], only: "float32" },
  ],
};
