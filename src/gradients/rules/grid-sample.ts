import { OnwardError } from "../../core/errors.ts";
import { describeNode, intAttribute, qualifiedName, stringAttribute, type GraphBuilder } from "../../graph/index.ts";
import { indicator } from "../indicator.ts";
import { reshapeLike, spatialSizes, zerosLike } from "../like.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";

/** One of the neighbours that a sample is made of, along one axis; each a value for each place, [N, P]. */
interface Tap {
  /** The place of the neighbour, a whole number. */
  readonly at: string;
  /** What it is weighted by; undefined where that is 1. */
  readonly weight: string | undefined;
  /** How that changes with the place; undefined where it does not. */
  readonly slope: string | undefined;
}

/** How places beyond the image are read. */
interface Borders {
  readonly padding: string;
  readonly aligned: boolean;
}

/** Sampling at the places of a grid. */
export const gridSample: Family = {
  // y = sum over the neighbours of w x: dx = sum of w dy at each neighbour, dgrid = sum of dw / dgrid x dy
  GridSample: rule(gradients),
  "com.microsoft:GridSample": rule(gradients),
};

function gradients(c: RuleContext): (string | undefined)[] {
  const {
    g,
    node,
    needs,
    x: [x = "", grid = ""],
    dy: [dy = ""],
  } = c;
  const sizes = spatialSizes(g, x);
  if (sizes === undefined) {
    throw new OnwardError("unsupported", {
      expected: "an image of known size",
      where: describeNode(node),
      advice: "declare the height and width of the model's input",
    });
  }
  const borders: Borders = {
    padding: stringAttribute(node, "padding_mode", "zeros"),
    aligned: intAttribute(node, "align_corners", 0) === 1,
  };
  const short = qualifiedName(node) === "GridSample" ? "linear" : "bilinear";
  const mode = stringAttribute(node, "mode", short).replace(/^bi/, "");
  const rank = sizes.length;
  const places = g.reshape(grid, [0, -1, rank]);
  // The last number of a place is that of the first axis
  const axes = sizes.map((size, axis) => {
    const coordinate = g.op("Gather", [places, g.int(rank - 1 - axis)], { axis: 2 });
    return { size, ...placed(g, coordinate, size, mode, borders) };
  });
  const flow = g.reshape(dy, [0, 0, -1]);
  const pixels = g.reshape(x, [0, 0, -1]);
  let dx = zerosLike(g, pixels);
  const dplaces: (string | undefined)[] = sizes.map(() => undefined);
  for (const taps of combinations(axes.map(({ taps }) => taps))) {
    let index = "";
    let inside: string | undefined;
    for (const [axis, { at }] of taps.entries()) {
      const size = sizes[axis] ?? 1;
      const read = within(g, at, size, borders);
      index = index === "" ? read.at : g.add(g.mul(index, size), read.at);
      if (read.inside !== undefined) inside = inside === undefined ? read.inside : g.mul(inside, read.inside);
    }
    const spots = g.op("Expand", [g.unsqueeze(g.op("Cast", [index], { to: 7 }), [1]), g.shape(flow)]);
    const weighted = (parts: readonly (string | undefined)[]) => {
      const given = [...parts, inside].filter((part) => part !== undefined);
      return given.length === 0 ? undefined : given.reduce((a, b) => g.mul(a, b));
    };
    if (needs(0)) {
      const weight = weighted(taps.map((tap) => tap.weight));
      const values = weight === undefined ? flow : g.mul(flow, g.unsqueeze(weight, [1]));
      dx = g.op("ScatterElements", [dx, spots, values], { axis: 2, reduction: "add" });
    }
    if (!needs(1)) continue;
    const seen = g.sum(g.mul(flow, g.op("GatherElements", [pixels, spots], { axis: 2 })), [1]);
    for (const [axis, { slope }] of taps.entries()) {
      if (slope === undefined) continue;
      const change = weighted(taps.map((tap, i) => (i === axis ? slope : tap.weight)));
      const part = change === undefined ? seen : g.mul(seen, change);
      const sum = dplaces[axis];
      dplaces[axis] = sum === undefined ? part : g.add(sum, part);
    }
  }
  const dgrid = () =>
    g.concat(
      dplaces
        .map((part, axis) => {
          const scale = axes[axis]?.scale ?? "";
          return g.unsqueeze(part === undefined ? g.mul(scale, 0) : g.mul(part, scale), [2]);
        })
        .toReversed(),
      2,
    );
  return [needs(0) ? reshapeLike(g, dx, x) : undefined, needs(1) ? reshapeLike(g, dgrid(), grid) : undefined];
}

/** The neighbours of a coordinate in [-1, 1], and how their places change with it. */
function placed(g: GraphBuilder, coordinate: string, size: number, mode: string, borders: Borders) {
  const factor = borders.aligned ? (size - 1) / 2 : size / 2;
  let at = g.add(g.mul(coordinate, factor), (size - 1) / 2);
  let scale = g.add(g.mul(coordinate, 0), factor);
  // The runtime brings places beyond the border back first
  if (borders.padding === "border") {
    const bound = (value: number) => g.castLike(g.scalar(value, "float32"), at);
    const margin = borders.aligned ? 0 : 0.5;
    const inside = g.op("And", [
      g.op("GreaterOrEqual", [at, bound(-margin)]),
      g.op("LessOrEqual", [at, bound(size - 1 + margin)]),
    ]);
    scale = g.mul(scale, indicator(g, inside, at));
    at = g.where(inside, at, g.op("Clip", [at, bound(0), bound(size - 1)]));
  } else if (borders.padding === "reflection") {
    const mirror = reflected(g, at, size, borders);
    scale = g.mul(scale, mirror.sign);
    at = mirror.at;
  }
  return { scale, taps: tapsOf(g, at, mode) };
}

function tapsOf(g: GraphBuilder, at: string, mode: string): Tap[] {
  if (mode === "nearest") return [{ at: g.op("Round", [at]), weight: undefined, slope: undefined }];
  const floor = g.op("Floor", [at]);
  const t = g.sub(at, floor);
  if (mode === "linear") {
    const one = g.add(g.mul(t, 0), 1);
    return [
      { at: floor, weight: g.sub(1, t), slope: g.neg(one) },
      { at: g.add(floor, 1), weight: t, slope: one },
    ];
  }
  return [-1, 0, 1, 2].map((offset) => {
    const distance = offset <= 0 ? g.add(t, -offset) : g.sub(offset, t);
    const { weight, slope } = cubic(g, distance, offset === 0 || offset === 1);
    return { at: g.add(floor, offset), weight, slope: offset <= 0 ? slope : g.neg(slope) };
  });
}

/** Keys's kernel with a = -0.75 at a distance below 1 (near) or between 1 and 2, and its derivative. */
function cubic(g: GraphBuilder, d: string, near: boolean): { weight: string; slope: string } {
  const a = -0.75;
  const [c3, c2, c1, c0] = near ? [a + 2, -(a + 3), 0, 1] : [a, -5 * a, 8 * a, -4 * a];
  const weight = g.add(g.mul(g.add(g.mul(g.add(g.mul(d, c3), c2), d), c1), d), c0);
  const slope = g.add(g.mul(g.add(g.mul(d, 3 * c3), 2 * c2), d), c1);
  return { weight, slope };
}

/** A neighbour's place brought into the image, and 0 where it is to be read as nothing. */
function within(
  g: GraphBuilder,
  at: string,
  size: number,
  borders: Borders,
): { at: string; inside: string | undefined } {
  const bound = (value: number) => g.castLike(g.scalar(value, "float32"), at);
  const source = borders.padding === "reflection" ? g.op("Round", [reflected(g, at, size, borders).at]) : at;
  const held = g.op("Clip", [source, bound(0), bound(size - 1)]);
  return { at: held, inside: borders.padding === "zeros" ? indicator(g, g.equal(held, at), at) : undefined };
}

/** A place mirrored at the borders as often as needed, and the direction in which it then moves. */
function reflected(g: GraphBuilder, at: string, size: number, { aligned }: Borders): { at: string; sign: string } {
  const low = aligned ? 0 : -0.5;
  const span = aligned ? size - 1 : size;
  if (span === 0) return { at: g.mul(at, 0), sign: g.mul(at, 0) };
  const offset = g.sub(at, low);
  const period = g.castLike(g.scalar(2 * span, "float32"), at);
  const rest = g.op("Mod", [g.op("Abs", [offset]), period], { fmod: 1 });
  const turned = indicator(g, g.greater(rest, span), at);
  // rest, or 2 span - rest on the way back
  const folded = g.add(rest, g.mul(turned, g.sub(2 * span, g.mul(rest, 2))));
  const sign = g.mul(g.op("Sign", [offset]), g.sub(1, g.mul(turned, 2)));
  return { at: g.add(folded, low), sign };
}

function combinations(axes: readonly (readonly Tap[])[]): Tap[][] {
  return axes.reduce<Tap[][]>((partial, taps) => partial.flatMap((start) => taps.map((tap) => [...start, tap])), [[]]);
}
