import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it; one that is there already is fine.
 *
 * Node's own recursive `mkdir` never ends where a folder exists and yet refuses children as if it did not (/proc).
 */
export async function makeFolder(path: string): Promise<void> {
  const made = await attempt(path);
  if (made === "done") return;
  const parent = dirname(path);
  if (parent === path) throw made;
  await makeFolder(parent);
  const again = await attempt(path);
  if (again !== "done") throw again;
}

/** What is missing above the folder, if anything; other errors are thrown. */
async function attempt(path: string): Promise<"done" | NodeJS.ErrnoException> {
  try {
    await mkdir(path);
    return "done";
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException;
    if (error.code === "ENOENT") return error;
    if (error.code === "EEXIST" || error.code === "EISDIR") return "done";
    throw error;
  }
}
