import { type ValuesUi, ValuesUiV0, ValuesUiV1Beta1 } from "./values-ui.ts";

/** The form of a stored document; nothing when there is none, or when it cannot be read. */
export function valuesUiOf(stored: unknown): ValuesUi | undefined {
  const wrapped = ValuesUiV1Beta1.safeParse(stored);
  return wrapped.success ? wrapped.data : ValuesUiV0.safeParse(stored).data;
}
