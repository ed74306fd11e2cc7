export { OnwardError, Tensor } from "./core/index.ts";
