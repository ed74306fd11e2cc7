import { ranks } from "../ranks.ts";
import { between, real, type Sample } from "../sample.ts";

/** Values of each rank with a bias along the last axis. */
const biases = () => ranks(1, (...dims) => [between(-2, 2, ...dims, 3), real(3)]).slice(0, 4);

/** Samples of the rules in fused.ts. */
export const fused: Readonly<Record<string, readonly Sample[]>> = {
  "com.microsoft:BiasGelu": [{ name: "bias", inputs: [between(-2, 2, 2, 3), real(3)] }, ...biases()],
  "com.microsoft:FastGelu": [
    { name: "bias", inputs: [between(-2, 2, 2, 3), real(3)], only: "float32" },
    ...biases().map((sample): Sample => ({ ...sample, only: "float32" })),
    { name: "no bias", inputs: [between(-2, 2, 6)], only: "float32" },
  ],
};
