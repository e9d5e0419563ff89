import { type Json, type JsonObject, PreconditionFailed } from "@platz/domain";
import { type ComputedChart, chartComputer } from "../../chart/chart-computer.ts";
import { unreadableForm } from "../../chart/chart-extensions.ts";
import type { ServiceDependencies } from "../../context.ts";
import { type ItemSource, resolveItem } from "./resolve-item.ts";

interface FormToRender {
  readonly chart: ComputedChart;
  /** As it is stored. */
  readonly form: Json;
  readonly inputs: JsonObject;
  /** Values beside those of the inputs, of which it is asked whether the chart takes them. */
  readonly beside?: JsonObject;
}

/**
 * What the inputs of a form give. The first computation says what of other rows is needed, the second one has it. Throws
 * `PreconditionFailed` with what is in the way.
 */
export async function renderForm(
  items: ItemSource & Pick<ServiceDependencies, "computer">,
  { chart, form, inputs, beside = {} }: FormToRender,
) {
  const render = async (found: readonly Json[]) => {
    const result = await chartComputer(items).compute(chart, "renderInputs", { form, inputs, beside, found });
    if (result === null) throw unreadableForm();
    if ("refused" in result) throw new PreconditionFailed(result.refused);
    return result;
  };
  const first = await render([]);
  if (!("wanted" in first)) return first;
  const found: Json[] = [];
  for (const item of first.wanted) found.push(await resolveItem(items, item));
  const second = await render(found);
  if ("wanted" in second)
    throw new Error("a form asked for other items when it had those that it had asked for");
  return second;
}
