/** The URL of a file of the built package, as a path below dist/: the caller's own place in it is the builder's choice. */
export function builtFile(path: string): URL {
  return new URL(`./dist/${path}`, import.meta.resolve("onward/package.json"));
}
