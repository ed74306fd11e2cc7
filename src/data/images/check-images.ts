import { OnwardError } from "../../core/index.ts";
import { decodeImage } from "./decode-image.ts";

/**
 * Decodes images, as small as the format allows, to see whether they are whole.
 *
 * @returns for each that is not, its position
 */
export async function corruptImages(paths: readonly string[]): Promise<number[]> {
  const corrupt: number[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < paths.length) {
      const i = next++;
      try {
        await decodeImage(paths[i] as string, (width, height) => (Math.min(width, height) >= 8 ? 8 : 1));
      } catch (error) {
        if (!(error instanceof OnwardError) || error.code !== "file") throw error;
        corrupt.push(i);
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return corrupt.sort((a, b) => a - b);
}
