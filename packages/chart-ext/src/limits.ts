/**
 * How much one chart may ask for. Each bound is far above what people write and far below what hurts; what goes beyond
 * is refused with a sentence, or left to Helm where that checks again. docs/charts.md has the same numbers.
 */
export const limits = {
  /** Of one file. */
  fileCharacters: 1_000_000,
  /** Scalars, lists and objects of one file, those that aliases repeat counted again. */
  fileValues: 100_000,
  fileDepth: 64,
  /** What is told of one chart; the rest is counted. */
  issues: 100,
  inputs: 1_000,
  options: 1_000,
  outputs: 2_000,
  pathElements: 64,
  conditions: 100,
  actions: 200,
  resourceTypes: 200,
  featurePaths: 100,
  /** Steps of one condition, and of all conditions of a form for one set of inputs. */
  conditionSteps: 10_000,
  formSteps: 500_000,
  /** What the outputs of a form may make. */
  renderedValues: 100_000,
  renderedCharacters: 4_000_000,
  patternCharacters: 4_000,
  patternInstructions: 5_000,
  /** Steps of one pattern on one text. */
  patternSteps: 5_000_000,
  /** Steps of one check by JSON Schema. */
  schemaSteps: 500_000,
} as const;
