import { OnwardError, show } from "../core/index.ts";
import type { Augmentation } from "../data/index.ts";
import type { Options, Values } from "./command.ts";
import {
  choiceOption,
  integerOption,
  listOption,
  numberOption,
  numbersOption,
  optionalOption,
} from "./option-values.ts";

/** Which part of the data is which; for every command that takes `--data`. */
export const dataPartOptions = {
  "val-file": { type: "string", valueName: "FILE", help: "the val rows of a table or text" },
  "test-file": { type: "string", valueName: "FILE", help: "test rows, scored once, at the end, by the best epoch" },
  "val-fraction": {
    type: "string",
    valueName: "F",
    help: "share of each class that becomes val where the data does not say; 0.2 if absent",
  },
  "split-seed": { type: "string", valueName: "S", help: "which samples those are follows from it; 0 if absent" },
  "skip-corrupt": { type: "boolean", help: "leave out images that cannot be decoded, and say how many" },
} as const satisfies Options;

/** How data is read; a trained model's file says it again, so that only training has to be told. */
export const dataOptions = {
  label: { type: "string", valueName: "COL", help: "column of a table or text that holds the classes" },
  columns: {
    type: "string",
    valueName: "A,B,..",
    help: "columns of a table to learn from; all but the label if absent",
  },
  exclude: { type: "string", valueName: "A,B,..", help: "columns of a table to leave out" },
  categories: { type: "string", valueName: "A,B,..", help: "columns whose numbers stand for categories" },
  encoding: {
    type: "string",
    valueName: "one-hot|index",
    help: "categories as zeros and ones, or as integers of an input of their own, which mlp:WIDTHS embeds; one-hot if absent",
  },
  missing: {
    type: "string",
    valueName: "error|impute",
    help: "missing values: an error, or the train mean and no category; error if absent",
  },
  "missing-values": {
    type: "string",
    valueName: "A,B,..",
    help: "texts that mark a missing value, besides the empty one",
  },
  text: { type: "string", valueName: "COL", help: "column of texts, for an encoder; its tokenizer is needed then" },
  tokenizer: { type: "string", valueName: "FILE", help: "the tokenizer.json that came with the encoder" },
  "max-length": {
    type: "string",
    valueName: "N",
    help: "tokens of each text, special ones and filling included; 128 if absent",
  },
  "image-size": { type: "string", valueName: "N", help: "side of the images that the model sees; 224 if absent" },
  "image-resize": {
    type: "string",
    valueName: "N",
    help: "what the shorter side becomes before the centre is cropped; 8/7 of the size if absent",
  },
  "image-mean": {
    type: "string",
    valueName: "R,G,B",
    help: "mean of pixels from 0 to 1; ImageNet's if absent; one for grey",
  },
  "image-deviation": { type: "string", valueName: "R,G,B", help: "their deviation; ImageNet's if absent" },
  augment: {
    type: "string",
    valueName: "crop,flip,rotate:D,color:S|none",
    help: "how training varies images: crop,flip if absent",
  },
  ...dataPartOptions,
} as const satisfies Options;

/** What the options of a command say about data; a command may have only some of them. */
export type DataValues = Partial<Values<typeof dataOptions>>;

/** The options, read. */
export interface DataSettings {
  readonly images: {
    readonly size?: number;
    readonly resize?: number;
    readonly mean?: readonly number[];
    readonly deviation?: readonly number[];
    readonly augment?: Augmentation | false;
    readonly skipCorrupt?: boolean;
  };
  readonly table: {
    readonly columns?: readonly string[];
    readonly exclude?: readonly string[];
    readonly categories?: readonly string[];
    readonly encoding?: "one-hot" | "index";
    readonly missing?: "error" | "impute";
    readonly missingValues?: readonly string[];
  };
  readonly text: { readonly text?: string; readonly tokenizer?: string; readonly maxLength?: number };
  readonly labelled: { readonly label?: string; readonly val?: string; readonly test?: string };
  readonly split: { readonly valFraction?: number; readonly splitSeed?: number };
}

/**
 * Reads the options about data.
 *
 * @throws OnwardError `usage` naming the option that is wrong
 */
export function readDataOptions(values: DataValues): DataSettings {
  const integer = (name: "image-size" | "image-resize") =>
    optionalOption(values[name], (text) => integerOption(name, text, { minimum: 1, maximum: 8192 }));
  const list = (name: "columns" | "exclude" | "categories" | "missing-values") =>
    optionalOption(values[name], (text) => listOption(name, text));
  const numbers = (name: "image-mean" | "image-deviation") =>
    optionalOption(values[name], (text) => numbersOption(name, text));
  const marks = list("missing-values");
  return {
    images: given({
      size: integer("image-size"),
      resize: integer("image-resize"),
      mean: numbers("image-mean"),
      deviation: numbers("image-deviation"),
      augment: optionalOption(values.augment, readAugmentation),
      skipCorrupt: values["skip-corrupt"] === true ? true : undefined,
    }),
    table: given({
      columns: list("columns"),
      exclude: list("exclude"),
      categories: list("categories"),
      encoding: optionalOption(values.encoding, (text) => choiceOption("encoding", text, ["one-hot", "index"])),
      missing: optionalOption(values.missing, (text) => choiceOption("missing", text, ["error", "impute"])),
      missingValues: marks && ["", ...marks],
    }),
    text: given({
      text: values.text,
      tokenizer: values.tokenizer,
      maxLength: optionalOption(values["max-length"], (text) => integerOption("max-length", text, { minimum: 1 })),
    }),
    labelled: given({ label: values.label, val: values["val-file"], test: values["test-file"] }),
    split: given({
      valFraction: optionalOption(values["val-fraction"], (text) =>
        numberOption("val-fraction", text, { minimum: 0, maximum: 1 }),
      ),
      splitSeed: optionalOption(values["split-seed"], (text) => integerOption("split-seed", text, { minimum: 0 })),
    }),
  };
}

function readAugmentation(text: string): Augmentation | false {
  if (text === "none") return false;
  let augmentation: Augmentation = {};
  for (const part of listOption("augment", text)) {
    const [kind, amount] = part.split(":", 2) as [string, string?];
    const number = (maximum: number) => numberOption(`augment ${kind}`, amount ?? "", { minimum: 0, maximum });
    if (kind === "crop" && amount === undefined) augmentation = { ...augmentation, crop: true };
    else if (kind === "flip" && amount === undefined) augmentation = { ...augmentation, flip: true };
    else if (kind === "rotate") augmentation = { ...augmentation, rotation: number(180) };
    else if (kind === "color") {
      const strength = number(1);
      const jitter = { brightness: strength, contrast: strength, saturation: strength, hue: strength / 4 };
      augmentation = { ...augmentation, jitter };
    } else {
      throw new OnwardError("usage", {
        expected: "--augment to be none, or some of crop, flip, rotate:DEGREES, color:STRENGTH",
        got: show(part),
      });
    }
  }
  return augmentation;
}

/** Leaves out what is undefined. */
function given<T extends object>(values: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
