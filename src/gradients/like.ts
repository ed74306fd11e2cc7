import { OnwardError } from "../core/errors.ts";
import { dataTypeNumber, isStatic, tensorData, type DataType, type GraphBuilder, type Shape } from "../graph/index.ts";

/** Reshapes a value to the shape of another that has as many elements. */
export function reshapeLike(g: GraphBuilder, value: string, like: string): string {
  const shape = g.shapeOf(like);
  if (shape !== undefined) {
    const open = shape.filter((dim) => typeof dim !== "number").length;
    // In a constant shape a zero would mean "copy".
    if (open <= 1 && !shape.includes(0))
      return g.reshape(
        value,
        shape.map((dim) => (typeof dim === "number" ? dim : -1)),
      );
  }
  return g.op("Reshape", [value, g.shape(like)], { allowzero: 1 });
}

/** The shape of a value as an int64 vector: a constant where all of it is known. */
export function shapeOf(g: GraphBuilder, value: string): string {
  const shape = g.shapeOf(value);
  return isStatic(shape) ? g.ints(shape) : g.shape(value);
}

/** The sizes of the axes from the third on, where all are known. */
export function spatialSizes(g: GraphBuilder, value: string): readonly number[] | undefined {
  const sizes: Shape | undefined = g.shapeOf(value)?.slice(2);
  return isStatic(sizes) ? sizes : undefined;
}

/** A part of a shape as an int64 vector, from axis `start` up to `end`; negative ones count from the last. */
export function shapeSlice(g: GraphBuilder, value: string, start: number, end?: number): string {
  const part = g.shapeOf(value)?.slice(start, end);
  return isStatic(part) ? g.ints(part) : g.op("Shape", [value], { start, end });
}

/** A tensor of one value, of the given shape (an int64 vector). */
export function filled(g: GraphBuilder, shape: string, value: number, type: DataType): string {
  if (type === "float16" || type === "bfloat16")
    return g.op("Cast", [filled(g, shape, value, "float32")], { to: dataTypeNumber(type) });
  return g.op("ConstantOfShape", [shape], { value: tensorData(type as "float32", [1], [value]) });
}

/** A tensor of one value, of the shape and type of another. */
export function filledLike(g: GraphBuilder, like: string, value: number): string {
  return filled(g, shapeOf(g, like), value, knownType(g, like));
}

/** Zeros of the shape and type of another value. */
export function zerosLike(g: GraphBuilder, like: string): string {
  return filledLike(g, like, 0);
}

/** Repeats a value along the axes where it has size 1, to the shape of another. */
export function expandLike(g: GraphBuilder, value: string, like: string): string {
  return g.op("Expand", [value, shapeOf(g, like)]);
}

/** A value as one axis. */
export function flat(g: GraphBuilder, value: string): string {
  return g.reshape(value, [-1]);
}

/**
 * The element type of a value.
 *
 * @throws OnwardError `model` where it is not known
 */
export function knownType(g: GraphBuilder, value: string): DataType {
  const type = g.typeOf(value);
  if (type === undefined)
    throw new OnwardError("model", { expected: `the element type of ${JSON.stringify(value)} to be known` });
  return type;
}
