import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { pixelsOf, writeImage } from "../../../tests/data/image-file.ts";
import type { Tensor } from "../../core/index.ts";
import { Loader } from "../loader.ts";
import type { Batch, Source } from "../source.ts";
import { imageFolder } from "./image-folder.ts";

const root = mkdtempSync(join(tmpdir(), "onward-image-folder-"));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;

/** A folder with these images; a number in the place of a name makes so many. */
async function folder(images: Record<string, number | string[]>): Promise<string> {
  const path = join(root, String(folders++));
  mkdirSync(path);
  for (const [at, files] of Object.entries(images)) {
    const names = typeof files === "number" ? Array.from({ length: files }, (_, i) => `${i}.png`) : files;
    for (const name of names) await writeImage(join(path, at, name));
  }
  return path;
}

const small = { size: 8, resize: 9 };
const values = ({ inputs }: Batch) => [...((inputs as Tensor).data as Float32Array)];
const labels = (batch: Batch) => [...(batch.labels.data as BigInt64Array)].map(Number);

describe("which images", () => {
  test("train, val and test folders, classes sorted by code point, images by folder and name", async () => {
    const path = await folder({
      "train/b": ["2.png", "10.png"],
      "train/B": ["x/1.png", "y.JPG".toLowerCase()],
      "train/.ipynb_checkpoints": ["1.png"],
      "val/b": 1,
      "test/B": 3,
    });
    writeFileSync(join(path, "train", "b", "notes.txt"), "no image");
    symlinkSync(join(path, "val", "b"), join(path, "train", "linked"));
    const { train, val, test } = await imageFolder(path, small);
    expect(train.classNames).toEqual(["B", "b", "linked"]);
    expect(train.paths.map((file) => file.slice(path.length + 7))).toEqual([
      ...["B/y.jpg", "B/x/1.png", "b/10.png", "b/2.png", "linked/0.png"],
    ]);
    expect([train.size, val.size, test!.size, train.sampleShape]).toEqual([5, 1, 3, [3, 8, 8]]);
    expect(labels(await val.read(Uint32Array.of(0)))).toEqual([1]);
    expect(labels(await train.read(Uint32Array.of(4, 0)))).toEqual([2, 0]);
  });

  test("a folder without val is split by seed, each class alike", async () => {
    const path = await folder({ a: 10, b: 5 });
    const { train, val } = await imageFolder(path, small);
    expect([train.size, val.size]).toEqual([12, 3]);
    expect(val.paths.filter((file) => file.startsWith(join(path, "a"))).length).toBe(2);
    expect(new Set([...train.paths, ...val.paths]).size).toBe(15);
    expect((await imageFolder(path, small)).val.paths).toEqual(val.paths);
    expect((await imageFolder(path, { ...small, splitSeed: 5, valFraction: 0.4 })).val.size).toBe(6);
    const inTrain = await imageFolder(await folder({ "train/a": 4, "train/b": 4 }), { ...small, valFraction: 0.5 });
    expect([inTrain.train.size, inTrain.val.size]).toEqual([4, 4]);
  });

  test("known classes keep their indices", async () => {
    const path = await folder({ "train/cat": 1, "val/cat": 1 });
    const { val } = await imageFolder(path, { ...small, classNames: ["ant", "cat"] });
    expect([val.classNames, labels(await val.read(Uint32Array.of(0)))]).toEqual([["ant", "cat"], [1]]);
  });
});

describe("what is decoded", () => {
  async function read(write: (path: string) => unknown, name = "1.png"): Promise<Float32Array> {
    const path = await folder({});
    for (const part of ["train", "val"]) {
      mkdirSync(join(path, part, "a"), { recursive: true });
      await write(join(path, part, "a", name));
    }
    const channels = { mean: [0, 0, 0], deviation: [1, 1, 1] };
    const { val } = await imageFolder(path, { size: 10, resize: 10, ...channels });
    return ((await val.read(Uint32Array.of(0))).inputs as Tensor).data as Float32Array;
  }
  const raw = (channels: 3 | 4 = 3, data = pixelsOf(10, 10)) =>
    sharp(data, { raw: { width: 10, height: 10, channels } });
  const expected = (c: number, y: number, x: number) => pixelsOf(10, 10)[(y * 10 + x) * 3 + c]! / 255;
  const at = (image: Float32Array, c: number, y: number, x: number) => image[c * 100 + y * 10 + x]!;

  test("an image is turned upright by its EXIF orientation", async () => {
    // Orientation 6: what is stored is to be turned by 90 degrees clockwise.
    const image = await read((path) => raw().withMetadata({ orientation: 6 }).png().toFile(path));
    for (const [y, x] of [
      [0, 0],
      [3, 7],
      [9, 2],
    ] as const) {
      expect(at(image, 0, y, x)).toBeCloseTo(expected(0, 9 - x, y), 5);
    }
  });

  test("a grey image has three equal channels, with 16 bits as with 8", async () => {
    const grey = Uint8Array.from({ length: 100 }, (_, i) => (i * 23) % 256);
    const one = { raw: { width: 10, height: 10, channels: 1 } } as const;
    const image = await read((path) => sharp(grey, one).png().toFile(path));
    expect(image.length).toBe(300);
    for (const c of [0, 1, 2]) expect(at(image, c, 2, 5)).toBeCloseTo(grey[25]! / 255, 5);
    const wide = Uint16Array.from(grey, (value) => value * 257);
    const deep = await read((path) => sharp(wide, one).toColourspace("grey16").png().toFile(path));
    expect((await sharp(await sharp(wide, one).toColourspace("grey16").png().toBuffer()).metadata()).depth).toBe(
      "ushort",
    );
    for (let i = 0; i < 300; i++) expect(Math.abs(deep[i]! - image[i]!)).toBeLessThan(1.5 / 255);
  });

  test("of an image with alpha the colours are kept, whatever shines through", async () => {
    const pixels = pixelsOf(10, 10);
    const rgba = Uint8Array.from({ length: 400 }, (_, i) =>
      i % 4 === 3 ? i % 256 : pixels[Math.floor(i / 4) * 3 + (i % 4)]!,
    );
    const image = await read((path) => raw(4, rgba).png().toFile(path));
    expect(at(image, 1, 3, 4)).toBeCloseTo(expected(1, 3, 4), 5);
  });

  test("a palette, WebP, TIFF and 16 bits of colour are read, CMYK comes close", async () => {
    const lossless = async (image: Float32Array, slack: number) => {
      for (const [c, y, x] of [
        [0, 0, 0],
        [1, 4, 5],
        [2, 9, 9],
      ] as const) {
        expect(Math.abs(at(image, c, y, x) - expected(c, y, x))).toBeLessThan(slack);
      }
    };
    await lossless(await read((path) => raw().webp({ lossless: true }).toFile(path), "1.webp"), 1e-5);
    await lossless(await read((path) => raw().tiff({ compression: "lzw" }).toFile(path), "1.tiff"), 1e-5);
    await lossless(await read((path) => raw().toColourspace("rgb16").png().toFile(path)), 1.5 / 255);
    const red = Uint8Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? 200 : 40));
    const cmyk = await read((path) => raw(3, red).toColourspace("cmyk").jpeg({ quality: 100 }).toFile(path), "1.jpg");
    expect(cmyk.length).toBe(300);
    expect(at(cmyk, 0, 5, 5)).toBeGreaterThan(0.6);
    expect(at(cmyk, 1, 5, 5)).toBeLessThan(0.35);
  });

  test("a large photograph is reduced while it is decoded, and looks the same", async () => {
    const smooth = await sharp(pixelsOf(8, 6), { raw: { width: 8, height: 6, channels: 3 } })
      .resize(1600, 1200, { kernel: "cubic" })
      .blur(3)
      .jpeg({ quality: 97 })
      .toBuffer();
    expect(smooth.length).toBeGreaterThan(2 ** 16);
    const large = await read((path) => writeFileSync(path, smooth), "1.jpg");
    const exact = await read((path) => sharp(smooth).resize(200, 150, { kernel: "lanczos3" }).png().toFile(path));
    let sum = 0;
    large.forEach((value, i) => (sum += Math.abs(value - exact[i]!)));
    expect(sum / large.length).toBeLessThan(0.01);
  });
});

describe("in training", () => {
  const pass = (source: Source, epoch: number, seed: number) =>
    new Loader(source, { batchSize: 3, augment: { seed } }).open(epoch);

  test("train images vary by seed and epoch, in whichever batch they are; val images and plain reads do not", async () => {
    const { train, val } = await imageFolder(await folder({ "train/a": 6, "val/a": 3 }), {
      ...small,
      augment: { crop: true, flip: true, rotation: 30, jitter: { brightness: 0.5, hue: 0.1 } },
    });
    const first = values(await pass(train, 1, 7).read(1, 1));
    expect(values(await pass(train, 1, 7).read(1, 1))).toEqual(first);
    expect(values(await train.read(Uint32Array.of(5), undefined, { seed: 7, epoch: 1 }))).toEqual(first.slice(-192));
    expect(values(await pass(train, 2, 7).read(1, 1))).not.toEqual(first);
    expect(values(await pass(train, 1, 8).read(1, 1))).not.toEqual(first);
    expect(values(await pass(val, 1, 7).read(0, 1))).toEqual(values(await pass(val, 2, 8).read(0, 1)));
    expect(values(await new Loader(train, { batchSize: 3 }).open(1).read(1, 1))).toEqual(
      values(await train.read(Uint32Array.of(3, 4, 5))),
    );
    const plain = await imageFolder(await folder({ "train/a": 3, "val/a": 3 }), { ...small, augment: false });
    expect(values(await pass(plain.train, 1, 7).read(0, 1))).toEqual(
      values(await plain.val.read(Uint32Array.of(0, 1, 2))),
    );
  });
});

describe("one sentence for", () => {
  test.each<[string, Record<string, number | string[]>, Record<string, unknown>, string]>([
    ["no classes", {}, {}, "Expected a folder with one folder a class, got none in it (DIR)."],
    ["a val without train", { "val/a": 1 }, {}, "Expected a folder train beside val, got none (DIR)."],
    ["an unknown class", { "train/a": 1, "val/b": 1 }, {}, 'Expected a class of a, got "b" (DIR/val).'],
    [
      "a format that cannot be decoded",
      { a: ["1.png"] },
      { bmp: true },
      "got .bmp (DIR/a/2.bmp). Convert it, or move it out of the folder.",
    ],
    [
      "a fraction beside val",
      { "train/a": 1, "val/a": 1 },
      { valFraction: 0.5 },
      "Expected a val fraction only where there is no folder val, got 0.5 (DIR).",
    ],
    [
      "a crop larger than its image",
      { a: 2 },
      { size: 20, resize: 10 },
      "Expected resize to be a number in [20, 8192], got 10",
    ],
    ["two channels", { a: 2 }, { mean: [0, 0], deviation: [1, 1] }, "Expected mean and deviation of 1 or 3 channels"],
    ["a misspelt option", { a: 2 }, { sizes: 3 }, "Expected an option of size, resize,"],
    ["too few images", { a: 1 }, {}, "Expected samples for both train and val, got 1 samples"],
  ])("%s", async (_, images, { bmp, ...options }, message) => {
    const path = await folder(images);
    if (bmp === true) writeFileSync(join(path, "a", "2.bmp"), "BM");
    const error: Error = await imageFolder(path, options).then(
      () => new Error("nothing was wrong"),
      (caught: Error) => caught,
    );
    expect(error.message.replaceAll(path, "DIR")).toContain(message);
  });

  test("an absent folder, an empty class", async () => {
    await expect(imageFolder(join(root, "absent"))).rejects.toThrow(
      /^Expected a folder of images, got none of that name/,
    );
    const path = await folder({ a: 2 });
    mkdirSync(join(path, "b"));
    await expect(imageFolder(path)).rejects.toThrow(/^Expected images of class "b" \(.*\), got none/);
  });

  test("corrupt images, by path, when they are read; or they are left out and named", async () => {
    const path = await folder({ "train/a": 5, "val/a": ["1.jpg", "2.jpg"] });
    const [text, cut, gone] = ["1.png", "2.png", "4.png"].map((name) => join(path, "train", "a", name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(text, "this is no image");
    writeFileSync(cut, readFileSync(cut).subarray(0, 200));
    const cutJpeg = join(path, "val", "a", "1.jpg");
    writeFileSync(cutJpeg, readFileSync(cutJpeg).subarray(0, -60));
    const { train, val } = await imageFolder(path, small);
    await expect(train.read(Uint32Array.of(1))).rejects.toThrow(`(${text})`);
    await expect(train.read(Uint32Array.of(0, 2))).rejects.toThrow(
      /^Expected a whole image, got .*\(.*2\.png\)\. Put a whole one in its place, or leave out .*--skip-corrupt\)\.$/,
    );
    await expect(val.read(Uint32Array.of(0))).rejects.toThrow(`(${cutJpeg})`);
    rmSync(gone);
    await expect(train.read(Uint32Array.of(4))).rejects.toThrow(
      `Expected an image to read, got no such file (${gone}).`,
    );

    const skipping = await imageFolder(path, { ...small, skipCorrupt: true });
    expect([skipping.train.size, skipping.train.skipped]).toEqual([2, [text, cut]]);
    expect([skipping.val.size, skipping.val.skipped]).toEqual([1, [cutJpeg]]);
    expect(values(await skipping.train.read(Uint32Array.of(0, 1))).length).toBe(2 * 192);
    for (const name of ["0.png", "3.png"]) writeFileSync(join(path, "train", "a", name), "");
    await expect(imageFolder(path, { ...small, skipCorrupt: true })).rejects.toThrow(
      "Expected at least one image that can be decoded, got none",
    );
  });

  test("a sample number beyond the images", async () => {
    const { train } = await imageFolder(await folder({ "train/a": 2, "val/a": 1 }), { ...small, name: "toy" });
    await expect(train.read(Uint32Array.of(2))).rejects.toThrow(
      "Expected sample numbers in [0, 2), got 2 (toy (train)).",
    );
  });
});
