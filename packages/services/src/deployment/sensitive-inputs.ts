import { sensitiveKeysOf } from "@platz/chart-ext";
import type { HelmChart, Json } from "@platz/domain";
import type { IsSensitive } from "../sealed/seal-sensitive.ts";

/**
 * Which inputs a form calls sensitive. Of a form that cannot be read nobody knows: all of them are taken to be. Without
 * a form none is.
 */
export function sensitiveInputs(form: Json | null): IsSensitive {
  if (form === null) return () => false;
  const known = sensitiveKeysOf(form);
  return known === undefined ? () => true : (input) => known.has(input);
}

/** Which inputs of a deployment are secrets, by the chart that it has now. */
export function sensitiveInputsOf(chart: Pick<HelmChart, "valuesUi"> | undefined): IsSensitive {
  return sensitiveInputs(chart?.valuesUi ?? null);
}
