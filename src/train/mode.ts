/** Whether a pass changes the parameters. */
export type Mode = "train" | "eval";
