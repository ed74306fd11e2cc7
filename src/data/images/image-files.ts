import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { OnwardError, show } from "../../core/index.ts";

/** Images by class: path and class index of each, in ImageFolder's order. */
export interface ImageFiles {
  readonly classNames: readonly string[];
  readonly paths: readonly string[];
  readonly labels: Int32Array;
}

const readable = new Set([".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif", ".avif"]);
/** Images that the decoder cannot read. To pass over them in silence would be a surprise. */
const unreadable = new Set([".bmp", ".ppm", ".pgm", ".heic", ".jp2", ".jxl"]);

/**
 * Lists the images of a folder with one folder a class, as torchvision's ImageFolder does: classes sorted by name, images sorted by
 * folder and name within, folders searched through. Names that begin with a dot, and files that are no images, are passed over.
 *
 * @param classNames - the classes by index, where they are known; there may be fewer folders then, and no others
 * @throws OnwardError `file` when there is no such folder or no class, when a class has no image, or an image is of a format
 * that cannot be decoded; `data` for a class that is not known
 */
export async function imageFiles(folder: string, classNames?: readonly string[]): Promise<ImageFiles> {
  const found = await classFolders(folder);
  if (found.length === 0) {
    throw new OnwardError("file", { expected: "a folder with one folder a class", got: "none in it", where: folder });
  }
  const names = classNames ?? found;
  const paths: string[] = [];
  const labels: number[] = [];
  for (const name of found) {
    const label = names.indexOf(name);
    if (label < 0) {
      throw new OnwardError("data", {
        expected: `a class of ${names.slice(0, 12).join(", ")}${names.length > 12 ? ", ..." : ""}`,
        got: show(name),
        where: folder,
      });
    }
    const images = await imagesIn(join(folder, name));
    if (images.length === 0) {
      throw new OnwardError("file", {
        expected: `images of class ${show(name)} (${[...readable].join(" ")})`,
        got: "none",
        where: join(folder, name),
      });
    }
    for (const path of images) {
      paths.push(path);
      labels.push(label);
    }
  }
  return { classNames: names, paths, labels: Int32Array.from(labels) };
}

/** The folders in a folder, sorted; none where there is no such folder. */
export async function classFolders(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  const flags = await Promise.all(entries.map((entry) => isFolder(folder, entry)));
  return entries.filter((_, i) => flags[i]).map(({ name }) => name);
}

async function imagesIn(folder: string): Promise<string[]> {
  const images: string[] = [];
  const deeper: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    const ending = extname(entry.name).toLowerCase();
    if (await isFolder(folder, entry)) deeper.push(path);
    else if (readable.has(ending)) images.push(path);
    else if (unreadable.has(ending)) {
      throw new OnwardError("file", {
        expected: `images of the formats ${[...readable].join(" ")}`,
        got: ending,
        where: path,
        advice: "convert it, or move it out of the folder",
      });
    }
  }
  for (const path of deeper) images.push(...(await imagesIn(path)));
  return images;
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    const got = cause.code === "ENOENT" ? "none of that name" : cause.code === "ENOTDIR" ? "a file" : cause.message;
    throw new OnwardError("file", { expected: "a folder of images", got, where: folder, cause });
  });
  // Python sorts by code point, which is the order of UTF-8 bytes.
  const byBytes = (a: Dirent, b: Dirent) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
  return entries.filter(({ name }) => !name.startsWith(".")).sort(byBytes);
}

async function isFolder(folder: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return stat(join(folder, entry.name)).then(
    (target) => target.isDirectory(),
    () => false,
  );
}
