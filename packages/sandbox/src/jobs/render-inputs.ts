import { chartFormOf, type ItemProperty, RenderError, type RenderedSecret } from "@platz/chart-ext";
import type { Json, JsonObject } from "@platz/domain";

/** What inputs give; or what has to be looked up first, in this order; or why they give nothing. */
export type RenderedInputs =
  | {
      readonly values: JsonObject;
      readonly dropped: readonly (readonly string[])[];
      readonly secrets: readonly RenderedSecret[];
      readonly secretTexts: readonly string[];
      /** Of the keys that were asked about, those that the chart takes at the top of its values. */
      readonly allowed: readonly string[];
    }
  | { readonly wanted: readonly ItemProperty[] }
  | { readonly refused: string };

interface Rendering {
  /** A form as it is stored. */
  readonly form: unknown;
  readonly inputs: JsonObject;
  /** What was looked up. Nothing is known at the first time. */
  readonly found?: readonly Json[];
  /** Values beside those of the inputs, of which it is asked whether the chart takes them. */
  readonly beside: JsonObject;
}

/** Renders inputs by a form as it is stored; `null` for one that cannot be read. */
export async function renderInputs({
  form: stored,
  inputs,
  found,
  beside,
}: Rendering): Promise<RenderedInputs | null> {
  const form = chartFormOf(stored);
  if (form === undefined) return null;
  const wanted: ItemProperty[] = [];
  const resolve = (item: ItemProperty): Json => found?.[wanted.push(item) - 1] ?? null;
  try {
    const { values, dropped } = await form.renderValues(inputs, resolve);
    const secrets = await form.renderSecrets(inputs, resolve);
    if (wanted.length > (found?.length ?? 0)) return { wanted };
    const allowed = Object.entries(beside).flatMap(([key, value]) => (form.allows(key, value) ? [key] : []));
    return { values, dropped, secrets, secretTexts: form.secretTexts(inputs), allowed };
  } catch (error) {
    if (error instanceof RenderError) return { refused: error.message };
    throw error;
  }
}
