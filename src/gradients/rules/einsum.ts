import { OnwardError } from "../../core/errors.ts";
import { describeNode, stringAttribute } from "../../graph/index.ts";
import { filled, knownType, shapeSlice } from "../like.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";
import { sumToShape } from "../sum-to-shape.ts";

/** A parsed equation: one letter for each axis; an ellipsis is written out. */
interface Equation {
  readonly terms: readonly string[];
  readonly result: string;
}

/** Sums of products, by Einstein's convention. */
export const einsum: Family = {
  // Each operand's gradient is the sum of products of dY with the other operands, with the letters changed round
  Einsum: rule((c) => {
    const equation = parse(c);
    return c.x.map((_, i) => (c.needs(i) ? gradient(c, equation, i) : undefined));
  }),
};

function gradient(c: RuleContext, { terms, result }: Equation, i: number): string {
  const {
    g,
    x,
    dy: [dy = ""],
  } = c;
  const own = terms[i] ?? "";
  const operand = x[i] ?? "";
  const others = x.filter((_, k) => k !== i);
  const otherTerms = terms.filter((_, k) => k !== i);
  const seen = new Set([...result, ...otherTerms.join("")]);
  const operands = [dy, ...others];
  const inputs = [result, ...otherTerms];
  let target = "";
  for (const [axis, letter] of [...own].entries()) {
    if (target.includes(letter)) {
      // An index that stands twice takes the diagonal: off it the gradient is zero
      const twin = freeLetter(seen, target);
      const size = g.op("Squeeze", [shapeSlice(g, operand, axis, axis + 1)]);
      const range = g.op("Range", [g.int(0), size, g.int(1)]);
      const same = g.equal(g.unsqueeze(range, [1]), g.unsqueeze(range, [0]));
      operands.push(g.castLike(same, operand));
      inputs.push(letter + twin);
      seen.add(twin);
      target += twin;
      continue;
    }
    if (!seen.has(letter)) {
      // An index of this operand alone was summed over: the gradient is repeated along it
      operands.push(filled(g, shapeSlice(g, operand, axis, axis + 1), 1, knownType(g, operand)));
      inputs.push(letter);
      seen.add(letter);
    }
    target += letter;
  }
  const full = g.op("Einsum", operands, { equation: `${inputs.join(",")}->${target}` });
  // Where an axis of size 1 met larger ones, the gradient is as large as they are
  return sumToShape(g, full, operand, full);
}

function parse({ node, rank, x }: RuleContext): Equation {
  const text = stringAttribute(node, "equation", "").replaceAll(" ", "");
  const [left = "", right] = text.split("->");
  const terms = left.split(",");
  if (terms.length !== x.length)
    throw new OnwardError("model", {
      expected: `an equation of ${x.length} terms`,
      got: text,
      where: describeNode(node),
    });
  const used = new Set(text);
  const spare = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"].filter((letter) => !used.has(letter));
  const lengths = terms.map((term, i) => (term.includes("...") ? rank(x[i] ?? "") - (term.length - 3) : 0));
  const longest = spare.slice(0, Math.max(...lengths)).join("");
  const written = terms.map((term, i) => term.replace("...", longest.slice(longest.length - (lengths[i] ?? 0))));
  return { terms: written, result: right === undefined ? implied(left, longest) : right.replace("...", longest) };
}

/** Without an arrow the result has the ellipsis first, then every letter that stands once, in alphabetical order. */
function implied(left: string, ellipsis: string): string {
  const letters = [...left].filter((letter) => letter !== "," && letter !== ".");
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter));
  return ellipsis + once.sort().join("");
}

function freeLetter(seen: ReadonlySet<string>, target: string): string {
  const all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return [...all].find((letter) => !seen.has(letter) && !target.includes(letter)) ?? "";
}
