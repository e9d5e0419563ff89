import { type Action, actionsOf, type StoredActions } from "../actions.ts";
import { isValuesForm, type StoredForm } from "../chart-form.ts";
import type { ExtensionFileName } from "../extension-files.ts";
import { featuresOf, type StoredFeatures } from "../features.ts";
import { needsBeyond } from "../needs.ts";
import type { ResourceTypes } from "../resource-types.ts";
import { type Finding, repeated, under } from "./finding.ts";
import { formFindings } from "./form-findings.ts";

/** What a chart ships, as `parseChart` gives it or as it is stored. */
export interface ChartParts {
  readonly valuesUi: StoredForm | null;
  readonly actions: StoredActions | null;
  readonly features: StoredFeatures | null;
  readonly resourceTypes: ResourceTypes | null;
}

/** What can be read in a chart, but cannot be meant, by the file that it stands in. */
export function chartFindings(parts: ChartParts): ReadonlyMap<ExtensionFileName, readonly Finding[]> {
  return new Map([
    ["valuesUi", parts.valuesUi === null || isValuesForm(parts.valuesUi) ? [] : formFindings(parts.valuesUi)],
    ["actions", parts.actions === null ? [] : actionFindings(parts.actions, parts)],
    ["features", parts.features === null ? [] : featureFindings(parts.features, parts)],
    ["resourceTypes", resourceTypeFindings(parts.resourceTypes ?? [])],
  ]);
}

function actionFindings(stored: StoredActions, { features }: ChartParts): Finding[] {
  const isList = Array.isArray(stored);
  const pathOf = (index: number) => (isList ? [index, "spec"] : ["actions", index]);
  const actions = actionsOf(stored);
  const hasIngress = featuresOf(features).ingress.enabled;
  return [
    ...repeated(
      actions.map(({ id }) => id),
      { what: "id", pathOf: (index) => [...pathOf(index), "id"] },
    ),
    ...actions.flatMap((action, index) => under(pathOf(index), oneAction(action, hasIngress))),
  ];
}

function oneAction({ uiSchema }: Action, hasIngress: boolean): Finding[] {
  return [
    ...(uiSchema === null ? [] : under(["ui_schema"], formFindings(uiSchema))),
    ...(hasIngress
      ? []
      : [{ path: ["endpoint"], message: "is the standard ingress, which the features do not enable" }]),
  ];
}

function featureFindings(stored: StoredFeatures, { valuesUi }: ChartParts): Finding[] {
  const { ingress, status, display, needs } = featuresOf(stored);
  const spec = "spec" in stored ? ["spec"] : [];
  const field = typeof display.name === "object" ? display.name?.InputField.name : undefined;
  const ids = valuesUi === null || isValuesForm(valuesUi) ? [] : valuesUi.inputs.map(({ id }) => id);
  return [
    ...(status === null || ingress.enabled
      ? []
      : [{ path: [...spec, "status"], message: "is asked over the standard ingress, which is not enabled" }]),
    ...(field === undefined || ids.includes(field)
      ? []
      : [
          {
            path: [...spec, "display", "name"],
            message: `names the input ${field}, which the form does not have`,
          },
        ]),
    ...needs.flatMap((need, index) =>
      needsBeyond([need], needs.slice(0, index)).length > 0
        ? []
        : [{ path: [...spec, "needs", index], message: "is covered by an earlier need: take one out" }],
    ),
  ];
}

function resourceTypeFindings(types: ResourceTypes): Finding[] {
  return [
    ...repeated(
      types.map(({ key }) => key),
      { what: "key", pathOf: (index) => [index, "key"] },
    ),
    ...types.flatMap(({ spec }, index) => under([index, "spec", "values_ui"], formFindings(spec.values_ui))),
  ];
}
