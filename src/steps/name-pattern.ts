/**
 * Tells whether a name fits a pattern: `*` stands for any characters, none or more, and `?` for one; all else for itself.
 * The whole name has to fit.
 */
export function fitsPattern(name: string, pattern: string): boolean {
  // Both run along once; where they part, the last star takes in one character more.
  let [at, star, resume] = [0, -1, 0];
  let i = 0;
  while (i < name.length) {
    if (pattern[at] === "*") {
      [star, resume] = [at, i];
      at++;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === name[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
