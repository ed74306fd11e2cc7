import { intAttribute, stringAttribute, tensorData } from "../../graph/index.ts";
import { constantInput } from "../constant-input.ts";
import { indicator } from "../indicator.ts";
import { knownType } from "../like.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";

/** Losses that ONNX defines; labels [N, d1, ...], scores [N, C, d1, ...]. */
export const losses: Family = {
  // For the term -w log p of a sample: dscores = (p - onehot) w dy
  SoftmaxCrossEntropyLoss: rule((c) => {
    const {
      g,
      dy,
      x: [scores = "", labels = ""],
    } = c;
    const log = c.output(1);
    const p = g.exp(log);
    const [dloss, dlog] = dy;
    let gradient: string | undefined;
    if (dloss !== undefined) {
      const { factor, safe } = weighted(c, dloss);
      gradient = g.mul(g.sub(p, oneHot(c, scores, safe ?? labels)), factor);
    }
    if (dlog !== undefined) {
      const direct = g.sub(dlog, g.mul(p, g.sum(dlog, [1], 1)));
      gradient = gradient === undefined ? direct : g.add(gradient, direct);
    }
    return [gradient];
  }),
  // For the term -w x[label] of a sample: dx = -onehot w dy
  NegativeLogLikelihoodLoss: rule((c) => {
    const {
      g,
      dy: [dy = ""],
      x: [scores = "", labels = ""],
    } = c;
    const { factor, safe } = weighted(c, dy);
    return [g.neg(g.mul(oneHot(c, scores, safe ?? labels), factor))];
  }),
};

/** What a sample's gradient is multiplied by, [N, 1, d1, ...]; and labels in range, where some may be left out. */
function weighted(c: RuleContext, dy: string): { factor: string; safe: string | undefined } {
  const {
    g,
    node,
    x: [scores = "", labels = "", weights = ""],
  } = c;
  constantInput(c, 2, "class weights");
  const ignored = intAttribute(node, "ignore_index");
  const valid =
    ignored === undefined ? undefined : g.op("Not", [g.equal(labels, g.scalar(ignored, knownType(g, labels)))]);
  const safe = valid === undefined ? undefined : g.where(valid, labels, 0);
  let weight = weights === "" ? undefined : g.op("Gather", [weights, safe ?? labels], { axis: 0 });
  if (valid !== undefined) {
    const kept = indicator(g, valid, scores);
    weight = weight === undefined ? kept : g.mul(weight, kept);
  }
  let factor = weight === undefined ? dy : g.mul(dy, weight);
  const reduction = stringAttribute(node, "reduction", "mean");
  if (reduction === "mean") {
    const total =
      weight === undefined
        ? g.op("Cast", [g.op("Size", [labels])], { to: 1 })
        : g.op("ReduceSum", [weight], { keepdims: 0 });
    factor = g.div(factor, weight === undefined ? indicator(g, total, scores) : total);
  }
  // A scalar broadcasts as it is; anything per sample lacks the axis of the classes.
  const scalar = reduction !== "none" && weight === undefined;
  return { factor: scalar ? factor : g.unsqueeze(factor, [1]), safe };
}

/** 1 at the label's class, else 0, in the shape of the scores. */
function oneHot({ g, dim }: RuleContext, scores: string, classOf: string): string {
  const labels = g.typeOf(classOf) === "int64" ? classOf : g.op("Cast", [classOf], { to: 7 });
  const classes = dim(scores, 1);
  const depth =
    typeof classes === "number" ? g.int(classes) : g.squeeze(g.op("Shape", [scores], { start: 1, end: 2 }), [0]);
  const type = knownType(g, scores);
  if (type === "float32") {
    const offOn = g.constant(tensorData("float32", [2], [0, 1]));
    return g.op("OneHot", [labels, depth, offOn], { axis: 1 });
  }
  const offOn = g.constant(tensorData("int64", [2], [0, 1]));
  return indicator(g, g.op("OneHot", [labels, depth, offOn], { axis: 1 }), scores);
}
