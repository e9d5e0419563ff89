import { type JsonObject, own } from "../json.ts";
import { defaultsOf, type ValuesForm } from "./values-form.ts";

/**
 * The values that Helm is given: those that people set. A chart whose values have a `config` of their own, as charts
 * made for Platz without a form do, gets them there too (workers spec 3.8, step 3).
 */
export function renderOwnValues(form: ValuesForm, inputs: JsonObject): JsonObject {
  const knowsConfig = own(defaultsOf(form), "config") !== undefined;
  return knowsConfig && own(inputs, "config") === undefined ? { config: inputs, ...inputs } : { ...inputs };
}
