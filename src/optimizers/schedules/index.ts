export { constant } from "./constant.ts";
export { cosine, type CosineOptions } from "./cosine.ts";
export { linear, type LinearOptions } from "./linear.ts";
export type { NamedSchedule } from "./named-schedule.ts";
export { step, type StepOptions } from "./step.ts";
export { warmUp, type WarmUpOptions } from "./warm-up.ts";
