/** A learning rate as a function of the step, counted from 0, that knows its name and options for the record of a run. */
export interface NamedSchedule {
  (step: number): number;
  readonly schedule: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Gives a schedule its name and options. */
export function named(
  schedule: string,
  options: Readonly<Record<string, unknown>>,
  rate: (step: number) => number,
): NamedSchedule {
  return Object.assign((step: number) => rate(step), { schedule, options });
}

/** What a record says of a learning rate: the number, the schedule's name and options, or "custom". */
export function record(rate: number | ((step: number) => number)): unknown {
  if (typeof rate === "number") return rate;
  return isNamed(rate) ? { schedule: rate.schedule, ...rate.options } : "custom";
}

function isNamed(rate: (step: number) => number): rate is NamedSchedule {
  return "schedule" in rate && "options" in rate;
}
