import type { Sample, SampleInput } from "./sample.ts";

/** Small shapes of rank 0 to 5, each of an even number of elements but the first. */
const shapesByRank: readonly (readonly number[])[] = [[], [4], [2, 3], [2, 1, 3], [1, 2, 2, 2], [2, 1, 2, 1, 2]];

/** A sample of each rank from the first one told to 5, of an op that takes any. */
export function ranks(
  from: 0 | 1,
  inputs: (...dims: number[]) => SampleInput | Sample["inputs"],
  rest: Partial<Sample> = {},
): readonly Sample[] {
  return shapesByRank.slice(from).map((dims) => {
    const made = inputs(...dims);
    return {
      ...rest,
      name: `${rest.name === undefined ? "" : `${rest.name}, `}rank ${dims.length}`,
      inputs: "dims" in made ? [made] : made,
    };
  });
}

/** Shapes that broadcast against each other: along inner and outer axes, from either side and from both, of every rank. */
const broadcasts = [
  "[] []",
  "[4] [4]",
  "[] [4]",
  "[4] []",
  "[1] [3]",
  "[2,3] []",
  "[2,3] [3]",
  "[2] [3,2]",
  "[2,3] [2,1]",
  "[1,3] [2,3]",
  "[2,1] [1,3]",
  "[2,3,2] [3,1]",
  "[3,2] [2,1,2]",
  "[2,1,2] [2,2,2]",
  "[2,2,1,2] [3,1]",
  "[1,2,1,2] [2,1,2,1]",
  "[2,1,2,1,2] [1,2,1,2,1]",
  "[2] [2,1,2,1,2]",
  "[2,2,1,2,1] [2,1,1]",
] as const;

/** A sample of each way in which two operands broadcast. */
export function broadcasting(
  left: (...dims: number[]) => SampleInput,
  right: (...dims: number[]) => SampleInput,
  rest: Partial<Sample> = {},
): readonly Sample[] {
  return broadcasts.map((name) => {
    const [a = [], b = []] = name.split(" ").map((dims) => JSON.parse(dims) as number[]);
    return { ...rest, name, inputs: [left(...a), right(...b)] };
  });
}
