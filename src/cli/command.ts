/** An option of a command. Values come as text; the command reads them. */
export interface Option {
  readonly type: "string" | "boolean";
  /** One letter, for `-s`. */
  readonly short?: string;
  /** What a string option is when it is not given. */
  readonly default?: string;
  /** What help calls the value: "N", "DIR". */
  readonly valueName?: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

/** The values of options: text, or undefined for a string option that is not given and has no default; flags are booleans. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends { readonly type: "boolean" }
    ? boolean
    : O[Name] extends { readonly default: string }
      ? string
      : string | undefined;
};

/** Where a command writes: standard output and error, or something in their place. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command has besides its arguments. */
export interface Io {
  /** Results. With `--json` nothing but JSON. */
  readonly stdout: Output;
  /** Progress and remarks. */
  readonly stderr: Output;
  /** Aborted by Ctrl-C: stop soon and leave what was written. */
  readonly signal: AbortSignal;
}

/** Arguments that are not options. */
export interface Positionals {
  /** What help and errors call one: "FILE". */
  readonly valueName: string;
  readonly minimum: number;
  readonly maximum: number;
}

/** A command of the command line. Failures are thrown: an OnwardError is shown as its sentence. */
export interface Command<O extends Options = Options> {
  readonly name: string;
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  /** What follows "Usage: ". */
  readonly usage: string;
  readonly options: O;
  /** None if absent. */
  readonly positionals?: Positionals;
  /** Values in place of the options' defaults, from a file that an option names; `given` are the options that were given. */
  base?(values: Values<O>, given: readonly string[]): Promise<Readonly<Record<string, string | boolean>>>;
  run(values: Values<O>, positionals: readonly string[], io: Io): Promise<void>;
}

/** Checks a command against its own options: `values` in `run` then has their names and types. */
export function defineCommand<const O extends Options>(command: Command<O>): Command {
  return command;
}
