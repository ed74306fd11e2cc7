import { float } from "../../../src/graph/index.ts";
import { fed, ints, real, still, type Sample, type SampleInput } from "../sample.ts";

/** Samples of a layer with `gates` gates: each of its forms, two time steps apart from one, and each output alone. */
function layer(gates: number, outputs: number, attributes: NonNullable<Sample["attributes"]>): readonly Sample[] {
  const [inputs, hidden] = [3, 2];
  const weights = (directions: number): SampleInput[] => [
    real(directions, gates * hidden, inputs),
    real(directions, gates * hidden, hidden),
  ];
  const states = (directions: number) => Array.from({ length: outputs - 1 }, () => real(directions, 2, hidden));
  const sample = (name: string, directions: number, more: object, ...rest: (SampleInput | undefined)[]): Sample => ({
    name,
    inputs: [real(4, 2, inputs), ...weights(directions), ...rest],
    attributes: { hidden_size: hidden, ...attributes, ...more },
    outputs,
    through: Array.from({ length: outputs }, (_, i) => i),
    only: "float32",
    slack: 3,
  });
  const lengths = fed(ints([2], [4, 2], "int32"));
  const bias = (directions: number) => real(directions, 2 * gates * hidden);
  return [
    sample("forward", 1, {}),
    sample("all inputs", 1, {}, bias(1), undefined, ...states(1)),
    { ...sample("one step", 1, {}, bias(1)), inputs: [real(1, 2, inputs), ...weights(1), bias(1)], batch: [] },
    sample("reverse", 1, { direction: "reverse" }, bias(1), undefined, ...states(1)),
    sample("bidirectional", 2, { direction: "bidirectional" }, bias(2), undefined, ...states(2)),
    sample("sequences of several lengths", 1, {}, bias(1), lengths, ...states(1)),
    sample("sequences of several lengths, reverse", 1, { direction: "reverse" }, bias(1), lengths, ...states(1)),
    sample("sequences of several lengths, bidirectional", 2, { direction: "bidirectional" }, bias(2), lengths),
    sample("sequences all shorter than the time", 1, {}, bias(1), fed(ints([2], [2, 3], "int32")), ...states(1)),
    sample(
      "sequences all shorter than the time, bidirectional",
      2,
      { direction: "bidirectional" },
      bias(2),
      ints([2], [2, 3], "int32"),
      ...states(2),
    ),
    sample("a sequence of no steps", 1, {}, bias(1), fed(ints([2], [0, 3], "int32")), ...states(1)),
    {
      ...sample(
        "last state alone, sequences of several lengths, reverse",
        1,
        { direction: "reverse" },
        bias(1),
        lengths,
      ),
      through: [1],
    },
    { ...sample("last state alone", 1, {}, bias(1)), through: [1] },
    { ...sample("sequence alone", 2, { direction: "bidirectional" }, bias(2)), through: [0] },
    { ...sample("weights without gradient", 1, {}), inputs: [real(3, 2, inputs), ...weights(1).map(still)] },
  ];
}

/** The form of `layer` that is named, with further attributes. */
function like(
  forms: readonly Sample[],
  name: string,
  ...more: [string, NonNullable<Sample["attributes"]>][]
): Sample[] {
  return forms
    .filter((form) => form.name === name)
    .flatMap((form) =>
      more.map(([what, attributes]) => ({ ...form, name: what, attributes: { ...form.attributes, ...attributes } })),
    );
}

/** Samples of the rules in lstm.ts, gru.ts and rnn.ts. */
export const recurrent: Readonly<Record<string, readonly Sample[]>> = {
  LSTM: [
    ...layer(4, 3, {}),
    ...layer(4, 3, {}).flatMap(({ name, inputs, ...sample }) => {
      const [x, w, r, bias, lengths, hidden, cell] = inputs;
      const directions = w?.dims[0] ?? 1;
      return bias === undefined
        ? []
        : [
            {
              ...sample,
              name: `${name}, peepholes`,
              inputs: [x, w, r, bias, lengths, hidden, cell, real(directions, 6)],
            },
          ];
    }),
    ...like(layer(4, 3, {}), "bidirectional", [
      "activations told",
      { activations: ["Sigmoid", "Tanh", "Tanh", "sigmoid", "tanh", "TANH"] },
    ]),
    { ...layer(4, 3, {})[1], name: "last cell alone", through: [2] } as Sample,
  ],
  GRU: [
    ...layer(3, 2, {}),
    ...like(layer(3, 2, {}), "bidirectional", [
      "activations told, with numbers that they do not use",
      {
        activations: ["sigmoid", "TANH", "Sigmoid", "Tanh"],
        activation_alpha: [0.5, 0.5, 0.5, 0.5].map(float),
        activation_beta: [0.3, 0.3, 0.3, 0.3].map(float),
      },
    ]),
    ...layer(3, 2, { linear_before_reset: 1 }).map((sample) => ({
      ...sample,
      name: `${sample.name}, linear_before_reset`,
    })),
  ],
  RNN: [
    ...layer(1, 2, {}),
    ...like(
      layer(1, 2, {}),
      "bidirectional",
      ["Tanh and Relu", { activations: ["Tanh", "Relu"] }],
      ["Relu and Tanh", { activations: ["Relu", "Tanh"] }],
    ),
    ...like(layer(1, 2, {}), "sequences of several lengths, bidirectional", [
      "Relu and Tanh, sequences of several lengths",
      { activations: ["Relu", "Tanh"] },
    ]),
    ...like(layer(1, 2, {}), "sequences of several lengths, reverse", [
      "Relu, sequences of several lengths, reverse",
      { activations: ["Relu"] },
    ]),
    {
      name: "relu",
      inputs: [real(3, 2, 3), real(1, 2, 3), real(1, 2, 2)],
      attributes: { hidden_size: 2, activations: ["Relu"] },
      outputs: 2,
      through: [0, 1],
    },
  ],
};
