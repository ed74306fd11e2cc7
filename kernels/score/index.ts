// WebAssembly for scoring large files. The same operations in the same order as in src/metrics, and so the same bits.
export { countRanks } from "./count-ranks";
export { rankTables } from "./rank-tables";
export { prepareExp } from "./exp";
export { softmaxRows } from "./softmax-rows";
export { sortScores } from "./sort-scores";
export { writeColumns } from "./write-columns";
