import { OnwardError, show } from "../core/index.ts";
import type { Source } from "../data/index.ts";
import { readModelFile, type Model } from "../graph/index.ts";
import { nn, type Sequential } from "../nn/index.ts";
import { replaceHead } from "../steps/index.ts";
import { integerOption } from "./option-values.ts";

/** The model that `--model` names. */
export interface ModelChoice {
  /**
   * Makes it for samples like those of the source, or reads it; the seed draws the weights of what is new.
   *
   * @param classes - the number of classes of the fresh head that a model file gets; it keeps its own where absent
   */
  build(source: Source, seed: number, classes?: number): Sequential | Model;
}

/** What `--model` takes, for help and errors. */
export const modelForms = "mlp:WIDTHS|cnn|FILE.onnx";

/**
 * Reads `--model`: `mlp:256,128` for hidden layers of these widths, `cnn`, or the path of an ONNX file.
 *
 * @throws OnwardError `usage` when it names no model
 */
export function modelOption(text: string): ModelChoice {
  if (text.startsWith("mlp:")) {
    const hidden = text
      .slice("mlp:".length)
      .split(",")
      .map((width) => integerOption("model mlp", width.trim(), { minimum: 1 }));
    return {
      build: (source, seed, classes) => {
        checkNew(text, classes);
        const columns = categoriesOf(source);
        if (columns !== undefined) return nn.tableMlp({ ...columns, hidden, classes: classesOf(source), seed });
        const inputs = shapeOf(source).reduce((product, dim) => product * dim, 1);
        return nn.mlp({ inputs, hidden, classes: classesOf(source), seed });
      },
    };
  }
  if (text === "cnn") {
    return {
      build: (source, seed, classes) => {
        checkNew(text, classes);
        const [channels = 0, height = 0, width, ...more] = shapeOf(source);
        if (width === undefined || width !== height || more.length > 0) {
          throw new OnwardError("usage", {
            expected: "square images for --model cnn",
            got: `samples of shape ${show([...shapeOf(source)])}`,
            advice: "mlp:256,128 takes any shape",
          });
        }
        return nn.cnn({ channels, size: height, classes: classesOf(source), seed });
      },
    };
  }
  if (text.endsWith(".onnx")) {
    return {
      build: (source, seed, classes) => {
        const model = readModelFile(text);
        if (classes === undefined) return model;
        checkClasses(source, classes);
        return replaceHead(model, { classes, seed });
      },
    };
  }
  throw new OnwardError("usage", {
    expected: "--model to be mlp:WIDTHS (like mlp:256,128), cnn or FILE.onnx",
    got: show(text),
  });
}

function checkNew(model: string, classes: number | undefined): void {
  if (classes === undefined) return;
  throw new OnwardError("usage", {
    expected: "--classes with --model FILE.onnx alone",
    got: `--model ${model}`,
    advice: "a new model has the classes of its data",
  });
}

function checkClasses({ classNames, name }: Source, classes: number): void {
  if (classNames === undefined || classNames.length === classes) return;
  throw new OnwardError("usage", {
    expected: `--classes ${classNames.length}, as many as the data names`,
    got: String(classes),
    ...(name !== undefined && { where: name }),
  });
}

/** Of a table whose categories are indices: how many numbers and categories it has. */
function categoriesOf({ sampleShape, preprocessing }: Source): { numbers: number; categories: number[] } | undefined {
  if (preprocessing?.kind !== "table" || preprocessing.encoding !== "index" || Array.isArray(sampleShape))
    return undefined;
  const { numbers: [numbers = 0] = [] } = sampleShape as Readonly<Record<string, readonly number[]>>;
  const categories = preprocessing.columns.flatMap((column) =>
    column.kind === "category" ? [column.values.length] : [],
  );
  return { numbers, categories };
}

function shapeOf(source: Source): readonly number[] {
  if (Array.isArray(source.sampleShape)) return source.sampleShape as readonly number[];
  throw new OnwardError("usage", {
    expected: "data with one input for a new model",
    got: `inputs ${Object.keys(source.sampleShape).join(", ")}`,
    advice: "give a model file with inputs of these names",
  });
}

function classesOf({ classNames, name }: Source): number {
  if (classNames !== undefined) return classNames.length;
  throw new OnwardError("usage", {
    expected: "data that names its classes, for a new model",
    got: "none",
    ...(name !== undefined && { where: name }),
  });
}
