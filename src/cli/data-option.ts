import { basename, resolve } from "node:path";
import { OnwardError, show } from "../core/index.ts";
import {
  idxFolder,
  imageFolder,
  mnist,
  npyFolder,
  parsePreprocessing,
  preprocessingOfKind,
  table,
  textTable,
  type Preprocessing,
  type Source,
  type TextInput,
  type TrainVal,
} from "../data/index.ts";
import { metadataKeys, readModelFile, type Model } from "../graph/index.ts";
import { dataForms, type dataPlaces } from "./data-forms.ts";
import { requiredOption } from "./option-values.ts";
import { dataOptions, readDataOptions, type DataSettings, type DataValues } from "./data-options.ts";

/** What a model file says of the data that it was trained on. */
export interface HeldByModel {
  readonly preprocessing?: Preprocessing;
  readonly classNames?: readonly string[];
  /** The names of the model's inputs. */
  readonly inputs?: readonly string[];
}

/** Data that `--data` names. */
export interface DataChoice {
  /** What a run folder is named after: letters, digits, dots and dashes. */
  readonly name: string;
  /** @param held - what to repeat of the data that a model was trained on */
  load(held?: HeldByModel): Promise<TrainVal>;
}

/** A form of `--data`: how what follows its colon is read. */
type Form = (path: string, settings: DataSettings, held: HeldByModel) => Promise<TrainVal>;

const readTable: Form = async (path, { table: options, text, labelled, split }, held) => {
  const names = held.classNames && { classNames: held.classNames };
  const ofText = text.text !== undefined || held.preprocessing?.kind === "text";
  checkKind(ofText, ofText ? options : text);
  if (ofText) {
    const own = preprocessingOfKind(held.preprocessing, "text", path);
    if (held.preprocessing === undefined) requiredOption("tokenizer", text.tokenizer, "FILE with --text COL");
    const inputs = held.inputs && { inputs: held.inputs as readonly TextInput[] };
    return textTable(path, { ...text, ...labelled, ...split, ...inputs, ...(own && { preprocessing: own }), ...names });
  }
  const own = preprocessingOfKind(held.preprocessing, "table", path);
  return table(path, { ...options, ...labelled, ...split, ...(own && { preprocessing: own }), ...names });
};

/** Options of texts mean nothing for the columns of a table, and the other way round. */
function checkKind(ofText: boolean, others: DataSettings["table"] | DataSettings["text"]): void {
  const [other] = Object.keys(others);
  if (other === undefined) return;
  const option = `--${other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw ofText
    ? new OnwardError("usage", { expected: "no options about columns with --text COL", got: option })
    : new OnwardError("usage", { expected: `--text COL with ${option}`, got: "none" });
}

const splitOptions = ["val-fraction", "split-seed"] as const;
const tableOptions = [
  "label",
  "val-file",
  "test-file",
  "columns",
  "exclude",
  "categories",
  "encoding",
  "missing",
  "missing-values",
  "text",
  "tokenizer",
  "max-length",
] as const;

interface FormOfData {
  /** The options that say something about it; others have no effect and are refused. */
  readonly options: readonly (keyof DataValues)[];
  readonly read: Form;
}

const forms: Readonly<Record<keyof typeof dataPlaces, FormOfData>> = {
  idx: {
    options: [],
    read: (folder, _, { preprocessing, classNames }) => {
      const held = preprocessingOfKind(preprocessing, "standardize", folder);
      return idxFolder(folder, { ...(held && { preprocessing: held }), ...(classNames && { classNames }) });
    },
  },
  images: {
    options: [
      ...(["image-size", "image-resize", "image-mean", "image-deviation", "augment", "skip-corrupt"] as const),
      ...splitOptions,
    ],
    read: (folder, { images, split }, { preprocessing, classNames }) => {
      const held = preprocessingOfKind(preprocessing, "image", folder);
      return imageFolder(folder, {
        ...images,
        ...split,
        ...(held && { preprocessing: held }),
        ...(classNames && { classNames }),
      });
    },
  },
  csv: { options: [...tableOptions, ...splitOptions], read: readTable },
  npy: {
    options: splitOptions,
    read: (folder, { split }, { classNames }) => npyFolder(folder, { ...split, ...(classNames && { classNames }) }),
  },
  parquet: { options: [...tableOptions, ...splitOptions], read: readTable },
};

/**
 * Reads `--data`, and the options that say how.
 *
 * @throws OnwardError `usage` when it names no data set, or an option is wrong
 */
export function dataOption(
  text: string,
  values: DataValues & { readonly model?: string | undefined } = {},
): DataChoice {
  const settings = readDataOptions(values);
  if (text === "mnist") {
    checkOptions(text, [], values);
    return { name: "mnist", load: mnist };
  }
  const colon = text.indexOf(":");
  const name = text.slice(0, Math.max(0, colon));
  const form = Object.hasOwn(forms, name) ? forms[name as keyof typeof forms] : undefined;
  const path = text.slice(colon + 1);
  if (form === undefined || path === "") {
    throw new OnwardError("usage", { expected: `--data to be ${dataForms.replaceAll("|", ", ")}`, got: show(text) });
  }
  checkOptions(text, form.options, values);
  return {
    name: basename(resolve(path)).replaceAll(/[^\w.-]+/g, "-") || name,
    load: (held = toBeTrained(values.model)) => form.read(path, settings, held),
  };
}

/** Of a model that is to be trained only the inputs matter: its data may be another. */
function toBeTrained(model: string | undefined): HeldByModel {
  return model?.endsWith(".onnx") === true ? { inputs: inputsOf(readModelFile(model).graph) } : {};
}

/** An option without effect is more likely a mistake than a wish. */
function checkOptions(data: string, known: readonly (keyof DataValues)[], values: DataValues): void {
  for (const name of Object.keys(dataOptions) as (keyof typeof dataOptions)[]) {
    const { [name]: value } = values;
    if (value === undefined || value === false || known.includes(name)) continue;
    throw new OnwardError("usage", {
      expected: known.length === 0 ? `no options about data with --data ${data}` : `options for --data ${data}`,
      got: `--${name}`,
      ...(known.length > 0 && { advice: `it takes ${known.map((option) => `--${option}`).join(", ")}` }),
    });
  }
}

/** Reads from a model's metadata what it says of its data. */
export function heldByModel({ metadata, graph }: Model): HeldByModel {
  const preprocessing = metadata.get(metadataKeys.preprocessing);
  const names = metadata.get(metadataKeys.classNames);
  return {
    inputs: inputsOf(graph),
    ...(preprocessing !== undefined && { preprocessing: parsePreprocessing(preprocessing) }),
    ...(names !== undefined && { classNames: readNames(names) }),
  };
}

/** Initialisers may be listed among the inputs too. */
function inputsOf({ inputs, initializers }: Model["graph"]): string[] {
  return inputs.map(({ name }) => name).filter((name) => !initializers.has(name));
}

function readNames(text: string): readonly string[] {
  try {
    const names: unknown = JSON.parse(text);
    if (Array.isArray(names) && names.every((name) => typeof name === "string")) return names;
  } catch {
    // What is no JSON is no list of names either.
  }
  throw new OnwardError("file", { expected: "the model file to hold class names as a JSON list", got: show(text) });
}

/**
 * Picks a part of the data.
 *
 * @throws OnwardError `usage` when the data has none of that name
 */
export function phaseOf(parts: TrainVal, phase: "train" | "val" | "test"): Source {
  const { [phase]: source } = parts;
  if (source !== undefined) return source;
  throw new OnwardError("usage", { expected: "--phase to be train or val, the parts of the data", got: phase });
}
