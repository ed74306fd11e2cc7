import { OnwardError, type Random, type Tensor } from "../../src/core/index.ts";
import type { Runtime } from "../../src/runtime/index.ts";
import type { CaseFunctions } from "./case-functions.ts";
import { LeftOut } from "./outcome.ts";

/** What differentiating takes besides the functions. */
export interface Means {
  readonly results: Readonly<Record<string, Tensor>>;
  readonly random: Random;
  readonly runtime: Runtime;
  readonly notes: string[];
}

/**
 * Differentiates all outputs by all inputs; where that is refused, those outputs that can be, by those inputs that can be.
 *
 * @returns the inputs by which it was differentiated
 * @throws LeftOut where no output can be differentiated by any input
 */
export async function differentiate(
  functions: CaseFunctions,
  inputs: readonly string[],
  outputs: readonly string[],
  means: Means,
): Promise<readonly string[]> {
  const refusal = (wanted: readonly string[], through: readonly string[]) => refused(functions, wanted, through, means);
  const whole = await refusal(inputs, outputs);
  if (whole === undefined) return inputs;
  for (const wanted of [inputs, ...inputs.map((name) => [name])]) {
    const through = await kept(outputs, (name) => refusal(wanted, [name]));
    if (through.length === 0) continue;
    const differentiated = await kept(inputs, (name) => refusal([name], through));
    if ((await refusal(differentiated, through)) !== undefined) continue;
    const missing = [...inputs, ...outputs].filter((name) => !differentiated.includes(name) && !through.includes(name));
    means.notes.push(`refused in part: ${missing.join(", ")}: ${whole}`);
    return differentiated;
  }
  throw new LeftOut("refused in this form", whole);
}

/** The message of the refusal, undefined where there is none. */
async function refused(
  functions: CaseFunctions,
  wanted: readonly string[],
  through: readonly string[],
  { results, random, runtime }: Means,
): Promise<string | undefined> {
  try {
    await functions.differentiate(wanted, through, results, random, runtime);
    return undefined;
  } catch (error) {
    if (!(error instanceof OnwardError) || error.code !== "unsupported") throw error;
    return error.message;
  }
}

async function kept(names: readonly string[], test: (name: string) => Promise<string | undefined>): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) if ((await test(name)) === undefined) found.push(name);
  return found;
}
