import { isObject, type JsonObject, own } from "./json.ts";
import {
  type RenderedSecret,
  type RenderedValues,
  type Resolve,
  renderSecrets,
  renderValues,
} from "./render-values.ts";
import {
  type CollectionReference,
  collectionReferences,
  type InputIssue,
  validateInputs,
} from "./validate-inputs.ts";
import { allowsValue, checkValues } from "./values-form/check-values.ts";
import { renderOwnValues } from "./values-form/render-own-values.ts";
import { secretKeys, secretTexts, textsIn } from "./values-form/secret-values.ts";
import { ValuesForm } from "./values-form/values-form.ts";
import { type ValuesUi, ValuesUiV0, ValuesUiV1Beta1 } from "./values-ui.ts";

/** A form as it is stored with a chart: one that its author ships, or one made from the chart's values. */
export type StoredForm = ValuesUi | ValuesForm;

/** What can be done with a form, whatever it is made from. */
export interface ChartForm {
  /** What is wrong with what people filled in; nothing is what a deployment may have. */
  check(inputs: JsonObject): readonly InputIssue[];
  /** The items of collections that the inputs refer to. */
  references(inputs: JsonObject): readonly CollectionReference[];
  /** The values that the inputs give to Helm. Throws `RenderError`, and whatever `resolve` throws. */
  renderValues(inputs: JsonObject, resolve: Resolve): Promise<RenderedValues>;
  /** The Kubernetes Secrets that the inputs give. Throws like `renderValues`. */
  renderSecrets(inputs: JsonObject, resolve: Resolve): Promise<readonly RenderedSecret[]>;
  /** Keys of the inputs that are secrets, or hold one. */
  readonly sensitive: ReadonlySet<string>;
  /** Texts among the inputs that must appear in no log. */
  secretTexts(inputs: JsonObject): readonly string[];
  /** Whether the chart takes this value at the top of its values, beside what the inputs give. */
  allows(key: string, value: JsonObject[string]): boolean;
}

/** The form of a stored document; nothing when there is none, or when it cannot be read. */
export function chartFormOf(stored: unknown): ChartForm | undefined {
  const form = storedFormOf(stored);
  if (form === undefined) return undefined;
  return isValuesForm(form) ? formOfValues(form) : formOfValuesUi(form);
}

/** Whether a form is made from the chart's values, and not by its author. */
export function isValuesForm(form: StoredForm): form is ValuesForm {
  return "fields" in form;
}

/** The form of a stored document, if the chart's author has shipped it. */
export function valuesUiOf(stored: unknown): ValuesUi | undefined {
  const form = storedFormOf(stored);
  return form === undefined || isValuesForm(form) ? undefined : form;
}

/** The stored form itself. */
export function storedFormOf(stored: unknown): StoredForm | undefined {
  const kind = isObject(stored) ? own(stored, "kind") : undefined;
  const schema = kind === undefined ? ValuesUiV0 : kind === "ValuesForm" ? ValuesForm : ValuesUiV1Beta1;
  return schema.safeParse(stored).data;
}

/** Keys of the inputs that a stored form calls secrets; nothing for one that cannot be read. Computes nothing. */
export function sensitiveKeysOf(stored: unknown): ReadonlySet<string> | undefined {
  const form = storedFormOf(stored);
  if (form === undefined) return undefined;
  return isValuesForm(form) ? secretKeys(form) : sensitiveIds(form);
}

function sensitiveIds({ inputs }: ValuesUi): ReadonlySet<string> {
  return new Set(inputs.filter((input) => input.sensitive).map(({ id }) => id));
}

/** What can be done with a form that a chart's author ships. */
export function formOfValuesUi(ui: ValuesUi): ChartForm {
  const sensitive = sensitiveIds(ui);
  return {
    check: (inputs) => validateInputs(ui, inputs),
    references: (inputs) => collectionReferences(ui, inputs),
    renderValues: (inputs, resolve) => renderValues(ui, inputs, resolve),
    renderSecrets: (inputs, resolve) => renderSecrets(ui, inputs, resolve),
    sensitive,
    secretTexts: (inputs) =>
      [...sensitive].flatMap((id) => textsIn(own(inputs, id))).filter((text) => text !== ""),
    allows: () => true,
  };
}

function formOfValues(form: ValuesForm): ChartForm {
  return {
    check: (inputs) => checkValues(form, inputs),
    references: () => [],
    renderValues: async (inputs) => ({ values: renderOwnValues(form, inputs), dropped: [] }),
    renderSecrets: async () => [],
    sensitive: secretKeys(form),
    secretTexts: (inputs) => secretTexts(form, inputs),
    allows: (key, value) => allowsValue(form, key, value),
  };
}
