// WebAssembly for making images into inputs.
export { resample } from "./resample";
