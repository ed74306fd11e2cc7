import { intAttribute, stringAttribute } from "../../graph/index.ts";
import { indicator } from "../indicator.ts";
import { filledLike, flat, reshapeLike, zerosLike } from "../like.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";
import { flatIndices, scatterAdd } from "../scatter-add.ts";

/** Ops that put updates into data at indices. */
export const scattering: Family = {
  ScatterElements: rule((c) => {
    const {
      g,
      node,
      x: [, indices = "", updates = ""],
      dy: [dy = ""],
    } = c;
    const axis = intAttribute(node, "axis", 0);
    return scattered(c, {
      taken: (value) => g.op("GatherElements", [value, indices], { axis }),
      kept: () => g.op("ScatterElements", [dy, indices, zerosLike(g, updates)], { axis }),
    });
  }),
  ScatterND: rule((c) => {
    const {
      g,
      x: [, indices = "", updates = ""],
      dy: [dy = ""],
    } = c;
    return scattered(c, {
      taken: (value) => g.op("GatherND", [value, indices]),
      kept: () => g.op("ScatterND", [dy, indices, zerosLike(g, updates)]),
    });
  }),
};

/** What an op puts where. */
interface Places {
  /** Of a value like the data, what lies where the updates go. */
  readonly taken: (value: string) => string;
  /** The gradient with zeros there. */
  readonly kept: () => string;
}

function scattered(c: RuleContext, { taken, kept }: Places): (string | undefined)[] {
  const {
    g,
    node,
    needs,
    x: [data = "", , updates = ""],
    y: [y = ""],
    dy: [dy = ""],
  } = c;
  const each = (ofData: () => string, ofUpdates: () => string) => [
    needs(0) ? ofData() : undefined,
    undefined,
    needs(2) ? ofUpdates() : undefined,
  ];
  const reduction = stringAttribute(node, "reduction", "none");
  if (reduction === "none") return each(kept, () => taken(dy));
  if (reduction === "add") {
    return each(
      () => dy,
      () => taken(dy),
    );
  }
  const origins = flat(g, taken(flatIndices(g, data)));
  const put = (values: string) => scatterAdd(g, data, origins, values);
  if (reduction === "mul") {
    // A factor's gradient is dy times the product of the others, in which zeros are counted apart
    const [zeroData, zeroUpdates] = [g.equal(data, 0), g.equal(updates, 0)];
    const product = multiplied(c, origins, g.where(zeroUpdates, 1, updates));
    const zeros = put(indicator(g, zeroUpdates, y));
    const all = g.mul(product, g.where(zeroData, 1, data));
    const count = taken(g.add(zeros, indicator(g, zeroData, y)));
    const others = () => {
      const without = g.where(g.equal(count, 0), g.div(taken(all), g.where(zeroUpdates, 1, updates)), 0);
      return g.where(zeroUpdates, g.where(g.equal(count, 1), taken(all), 0), without);
    };
    return each(
      () => g.mul(dy, g.where(g.equal(zeros, 0), product, 0)),
      () => g.mul(taken(dy), others()),
    );
  }
  // max and min: an equal part to each that has the value
  const own = indicator(g, g.equal(data, y), y);
  const theirs = indicator(g, g.equal(updates, taken(y)), y);
  const share = g.div(dy, g.add(own, put(theirs)));
  return each(
    () => g.mul(share, own),
    () => g.mul(taken(share), theirs),
  );
}

/** The product of the values that go to each place, 1 where none does. */
function multiplied({ g, x: [data = ""] }: RuleContext, origins: string, values: string): string {
  const ones = flat(g, filledLike(g, data, 1));
  const products = g.op("ScatterElements", [ones, origins, flat(g, values)], { axis: 0, reduction: "mul" });
  return reshapeLike(g, products, data);
}
