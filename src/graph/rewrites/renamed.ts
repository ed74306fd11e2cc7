import { stringAttribute } from "../attributes.ts";
import { bind, inputOf, type Rewrite } from "./rewrite.ts";

/** An op of ONNX Runtime's domain that ONNX has too. */
export function renamed(op: string, domain = ""): Rewrite {
  return {
    into: op,
    emit(g, node) {
      g.node({ ...node, op, domain });
      return true;
    },
  };
}

/** A new axis, whose place is an input of one element. */
export const expandDims: Rewrite = {
  into: "Unsqueeze",
  emit(g, node) {
    bind(
      g,
      node,
      0,
      g.op("Unsqueeze", [inputOf(node, 0) ?? "", g.reshape(g.op("Cast", [inputOf(node, 1) ?? ""], { to: 7 }), [1])]),
    );
    return true;
  },
};

/** Sampling, under the names that the modes had before opset 20. */
export const gridSample: Rewrite = {
  into: "GridSample",
  emit(g, node) {
    const modes: Readonly<Record<string, string>> = { bilinear: "linear", bicubic: "cubic" };
    const mode = stringAttribute(node, "mode", "bilinear");
    const attributes = new Map(node.attributes).set("mode", { kind: "string", value: modes[mode] ?? mode });
    g.node({ ...node, domain: "", attributes });
    return true;
  },
};
