export {
  attribute,
  float,
  floatAttribute,
  floatsAttribute,
  intAttribute,
  intsAttribute,
  stringAttribute,
  stringsAttribute,
  tensorAttribute,
  type AttributeInput,
} from "./attributes.ts";
export { GraphBuilder, isStatic, type AttributeInputs, type Operand } from "./builder.ts";
export { builderOver, rebuilt } from "./builder-over.ts";
export { capturedValues } from "./captured.ts";
export { byteLength, dataTypeNumber, isFloat, isHostType, type DataType } from "./data-types.ts";
export { dropUnread } from "./drop-unread.ts";
export { readModelFile } from "./file.ts";
export { blockedShape, inBlocks, reshapedFrom } from "./in-blocks.ts";
export { inlineFunctions } from "./inline.ts";
export { mapBodies } from "./map-bodies.ts";
export { metadataKeys } from "./metadata-keys.ts";
export {
  describeNode,
  qualifiedName,
  type Attribute,
  type Dim,
  type Graph,
  type Model,
  type ModelFunction,
  type Node,
  type Shape,
  type Value,
} from "./model.ts";
export { readModel, type ReadOptions } from "./read.ts";
export { fuseErfGelu } from "./rewrites/erf-gelu.ts";
export { poolBeforeRelu } from "./rewrites/pool-before-relu.ts";
export { openGuardedSoftmax } from "./rewrites/guarded-softmax.ts";
export { rewriteOps } from "./rewrites/rewrite-ops.ts";
export { rewrites } from "./rewrites/rewrites.ts";
export { fromTensor, numbersOf, tensorData, toTensor, typedArray, type TensorData } from "./tensor-data.ts";
export { upgradeModel } from "./upgrade.ts";
export { verifyModel } from "./verify.ts";
export { writeModel } from "./write.ts";
export { workingModel, workingOpset } from "./working-model.ts";
