import { expect, test } from "vitest";
import { decoderReason } from "./decode-image.ts";

test.each([
  ["Unknown error", "a file that is cut off or damaged"],
  ["Input buffer contains unsupported image format", "a file that contains unsupported image format"],
  [
    "Input buffer has corrupt header: VipsJpeg: premature end of JPEG image\nVipsJpeg: no image",
    "a file that has corrupt header: premature end of JPEG image",
  ],
  ["VipsJpeg: premature end of JPEG image\n", "premature end of JPEG image"],
])("the decoder's %j is told as %j", (message, told) => {
  expect(decoderReason(new Error(message))).toBe(told);
});
