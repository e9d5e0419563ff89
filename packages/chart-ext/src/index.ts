export { type Action, actionsOf, type StoredActions } from "./actions.ts";
export {
  type ChartForm,
  chartFormOf,
  formOfValuesUi,
  isValuesForm,
  type StoredForm,
  sensitiveKeysOf,
  storedFormOf,
  valuesUiOf,
} from "./chart-form.ts";
export { type ChartIssue, issueText } from "./chart-issue.ts";
export type { ChartMetadata } from "./chart-metadata.ts";
export { type Collection, collectionName, parseCollection } from "./collection.ts";
export { isExtensionFile } from "./extension-files.ts";
export { type Features, featuresOf, type StoredFeatures } from "./features.ts";
export { type ChartParts, chartFindings } from "./findings/chart-findings.ts";
export { droppedSecrets, type StoredForms } from "./findings/dropped-secrets.ts";
export type { Finding } from "./findings/finding.ts";
export { type ChartSchemas, schemaFindings } from "./findings/schema-findings.ts";
export { insertAtPath, insertPlain } from "./insert-at-path.ts";
export { extensionFileSchemas } from "./json-schemas.ts";
export { type Need, needSentence, needsBeyond } from "./needs.ts";
export { type ChartFiles, type ParsedChart, parseChart } from "./parse-chart.ts";
export { type CompiledPattern, compilePattern, type Pattern } from "./pattern/compile-pattern.ts";
export { RenderError, type RenderErrorKind } from "./render-error.ts";
export {
  type ItemProperty,
  type RenderedSecret,
  type RenderedValues,
  type Resolve,
  renderSecrets,
  renderValues,
} from "./render-values.ts";
export {
  type ResourceTypeSpec,
  type ResourceTypes,
  resourceTypeSpecOf,
  resourceTypesOf,
} from "./resource-types.ts";
export { StatusDocument } from "./status-document.ts";
export {
  type CollectionReference,
  collectionReferences,
  type InputIssue,
  validateInputs,
} from "./validate-inputs.ts";
export type { ValueField } from "./values-form/value-field.ts";
export type { ValuesForm } from "./values-form/values-form.ts";
export {
  type ElementType,
  elementTypeOf,
  type FormInput,
  type ItemFilter,
  type ValuesUi,
} from "./values-ui.ts";
export { isVisible, visibleInputs } from "./visibility.ts";
