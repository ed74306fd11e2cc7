export { backward, type BackwardRequest } from "./backward.ts";
export { registry } from "./registry.ts";
export {
  broadcasting,
  refused,
  rule,
  unary,
  zero,
  type Entry,
  type Family,
  type Rule,
  type RuleContext,
} from "./rule.ts";
export { windowOf, type Window } from "./window.ts";
