import { OnwardError } from "../../core/errors.ts";
import { describeNode, intAttribute, stringAttribute, stringsAttribute, type GraphBuilder } from "../../graph/index.ts";
import { castLike } from "../indicator.ts";
import { filled, knownType, shapeSlice } from "../like.ts";
import { scan, type Recurrence } from "../scan.ts";
import { rule, type Entry, type RuleContext } from "../rule.ts";
import { product } from "../product.ts";

/** One direction of a recurrent layer. Sequences are [time, batch, ...] in the order in which the cell meets them. */
export interface Direction {
  readonly c: RuleContext;
  readonly g: GraphBuilder;
  /** Whether the cell goes from the last step to the first. */
  readonly backwards: boolean;
  readonly hidden: number;
  /** The inputs, and the hidden states after each step and before it. */
  readonly x: string;
  readonly h: string;
  readonly before: string;
  readonly firstHidden: string;
  /** The first cell states, zeros where there are none. */
  readonly firstCell: string;
  /** [gates hidden, inputs], [gates hidden, hidden]; biases [gates hidden]. */
  readonly w: string;
  readonly r: string;
  readonly biases: { readonly input: string; readonly recurrent: string };
  /** What the input, output and forget gates see of the cell, [3 hidden]; undefined where they do not. */
  readonly peepholes: string | undefined;
  /** The gradients of the hidden states, of the last one and of the last cell state. */
  readonly dh: string;
  readonly dlast: string;
  readonly dcell: string;
  /** 1 at the steps of each sequence and 0 past its end, [time, batch, 1]; undefined where all are of full length. */
  readonly mask: string | undefined;
}

/** What comes back for one direction. */
export interface DirectionGradients {
  /** The gradients of the gates before their activations, as the inputs and as the hidden states see them. */
  readonly gates: string;
  readonly recurrent: string;
  /** That of the recurrent weights. */
  readonly r: string;
  readonly firstHidden: string;
  readonly firstCell: string | undefined;
  /** That of the peepholes. */
  readonly peepholes?: string | undefined;
}

/** A rule for a recurrent layer, from that of its cell in one direction. */
export function recurrent(
  gates: number,
  activations: readonly (readonly string[])[],
  cell: (direction: Direction) => DirectionGradients,
): Entry {
  return rule((c) => {
    check(c, activations);
    const { g, node, needs, x, dy } = c;
    const mode = stringAttribute(node, "direction", "forward");
    const count = mode === "bidirectional" ? 2 : 1;
    const hidden = intAttribute(node, "hidden_size", 0);
    const input = x[0] ?? "";
    const type = knownType(g, x[0] ?? "");
    const batch = g.op("Shape", [input], { start: 1, end: 2 });
    const length = g.op("Shape", [input], { start: 0, end: 1 });
    const none = filled(g, g.concat([batch, g.ints([hidden])], 0), 0, type);
    const pick = (value: string, i: number, axis: number) => g.op("Gather", [value, g.int(i)], { axis });
    const state = (value: string | undefined, i: number) =>
      value === undefined || value === "" ? none : pick(value, i, 0);
    const sequence = c.output(0);
    const mask = x[4] === undefined || x[4] === "" ? undefined : maskOf(g, x[4], input, length);
    // Of a sequence of no steps the runtime gives zeros for the last states
    const begun = mask === undefined ? undefined : pick(mask, 0, 0);
    const last = (value: string | undefined, i: number) =>
      value === undefined || begun === undefined ? state(value, i) : g.mul(state(value, i), begun);
    const results = Array.from({ length: count }, (_, i) => {
      const backwards = mode === "reverse" || i === 1;
      const firstHidden = state(x[5], i);
      const own = pick(sequence, i, 1);
      // Before the last step of a shorter sequence, going backwards, stands the first state
      const h = mask === undefined ? own : g.where(g.op("Cast", [mask], { to: 9 }), own, g.unsqueeze(firstHidden, [0]));
      const bias = x[3] === undefined || x[3] === "" ? undefined : pick(x[3], i, 0);
      const width = gates * hidden;
      const [inputBias = "", recurrentBias = ""] =
        bias === undefined
          ? [filled(g, g.ints([width]), 0, type), filled(g, g.ints([width]), 0, type)]
          : g.ops("Split", [bias, g.ints([width, width])], 2, { axis: 0 });
      const direction: Direction = {
        c,
        g,
        backwards,
        hidden,
        x: input,
        h,
        before: shifted(g, h, firstHidden, backwards),
        firstHidden,
        firstCell: state(x[6], i),
        w: pick(x[1] ?? "", i, 0),
        r: pick(x[2] ?? "", i, 0),
        biases: { input: inputBias, recurrent: recurrentBias },
        peepholes: x[7] === undefined || x[7] === "" ? undefined : pick(x[7], i, 0),
        dh:
          dy[0] === undefined ? filled(g, g.concat([length, batch, g.ints([hidden])], 0), 0, type) : pick(dy[0], i, 1),
        dlast: last(dy[1], i),
        dcell: last(dy[2], i),
        mask,
      };
      return { direction, back: cell(direction) };
    });
    const stack = (parts: readonly string[], axis = 0) =>
      g.concat(
        parts.map((part) => g.unsqueeze(part, [axis])),
        axis,
      );
    const add = (parts: readonly string[]) => parts.reduce((sum, part) => g.add(sum, part));
    return [
      needs(0) ? add(results.map(({ direction, back }) => g.matMul(back.gates, direction.w))) : undefined,
      needs(1) ? stack(results.map(({ back }) => outer(g, back.gates, input, gates * hidden))) : undefined,
      needs(2) ? stack(results.map(({ back }) => back.r)) : undefined,
      needs(3)
        ? stack(results.map(({ back }) => g.concat([g.sum(back.gates, [0, 1]), g.sum(back.recurrent, [0, 1])], 0)))
        : undefined,
      undefined,
      needs(5) ? stack(results.map(({ back }) => back.firstHidden)) : undefined,
      needs(6) ? stack(results.map(({ back }) => back.firstCell ?? none)) : undefined,
      needs(7) ? stack(results.flatMap(({ back }) => back.peepholes ?? [])) : undefined,
    ];
  });
}

/** sum over time and batch of a^T b: [T, B, m] and [T, B, n] give [m, n]. */
export function outer(g: GraphBuilder, a: string, b: string, rows: number): string {
  const columns = g.concat([g.ints([-1]), shapeSlice(g, b, 2)], 0);
  return product(g, g.reshape(a, [-1, rows]), g.op("Reshape", [b, columns]), 1, 0);
}

/** The gates before their activations, for all steps at once: x W^T + before R^T + biases. */
export function preactivation(d: Direction): string {
  const { g, x, before, w, r, biases } = d;
  const sum = g.add(product(g, x, w, 0, 1), product(g, before, r, 0, 1));
  return g.add(sum, g.add(biases.input, biases.recurrent));
}

/**
 * A recurrence of one direction. Past the end of a sequence the states stay as they are; what a step leaves is zero there, or
 * the states where those are what it leaves.
 */
export function recur(d: Direction, recurrence: Recurrence, leaves: "zeros" | "states"): ReturnType<typeof scan> {
  const { g, mask } = d;
  if (mask === undefined) return scan(g, recurrence);
  return scan(g, {
    ...recurrence,
    inputs: [...recurrence.inputs, mask],
    step: (b, states, inputs) => {
      const valid = inputs.at(-1) ?? "";
      const next = recurrence.step(b, states, inputs.slice(0, -1));
      const held = next.states.map((state, i) => {
        const before = states[i] ?? "";
        return b.add(before, b.mul(b.sub(state, before), valid));
      });
      const outputs =
        leaves === "states"
          ? held.map((state) => b.op("Identity", [state]))
          : next.outputs.map((value) => b.mul(value, valid));
      return { states: held, outputs };
    },
  });
}

/** 1 where a step is one of the sequence, [time, batch, 1]. */
function maskOf(g: GraphBuilder, lengths: string, x: string, time: string): string {
  const steps = g.op("Range", [g.int(0), g.squeeze(time, [0]), g.int(1)]);
  const inside = g.less(g.unsqueeze(steps, [1]), g.unsqueeze(g.op("Cast", [lengths], { to: 7 }), [0]));
  return castLike(g, g.unsqueeze(inside, [2]), x);
}

/** Each state's predecessor: the first state, then all but the last in the cell's own order. */
export function shifted(g: GraphBuilder, states: string, first: string, backwards: boolean): string {
  const start = g.unsqueeze(first, [0]);
  const end = 2 ** 31;
  if (backwards) return g.concat([g.op("Slice", [states, g.ints([1]), g.ints([end])]), start], 0);
  return g.concat([start, g.op("Slice", [states, g.ints([0]), g.ints([-1])])], 0);
}

function check({ node }: RuleContext, activations: readonly (readonly string[])[]): void {
  const given = stringsAttribute(node, "activations")?.map((name) => name.toLowerCase());
  const count = activations[0]?.length ?? 1;
  const known = activations.map((names) => names.join());
  const parts =
    given === undefined ? [] : [given.slice(0, count), given.slice(count)].filter((names) => names.length > 0);
  const refuse = (expected: string, got: string) => {
    throw new OnwardError("unsupported", { expected, got, where: describeNode(node) });
  };
  for (const part of parts) if (!known.includes(part.join())) refuse(`activations ${known.join(" or ")}`, part.join());
  if (node.attributes.has("clip")) refuse("no clip", "clip");
  if (intAttribute(node, "input_forget", 0) === 1) refuse("input_forget 0", "1");
}
