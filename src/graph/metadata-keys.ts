/** The keys under which a model file carries what its graph does not say; each value is JSON. */
export const metadataKeys = {
  /** The names of the initializers that training changes; absent in models made elsewhere. */
  parameters: "onward.parameters",
  /** How raw values become the model's inputs. */
  preprocessing: "onward.preprocessing",
  /** The name of each class, in the order of the scores. */
  classNames: "onward.classNames",
  /** What the scores are, where the graph does not say: "logits" for those that a cross-entropy trained. */
  scores: "onward.scores",
} as const;
