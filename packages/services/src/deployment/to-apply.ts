import { type DeploymentId, HelmChartId, JsonObject } from "@platz/domain";
import { asSealed, type KeyRing } from "@platz/sealing";
import { z } from "zod";
import type { RenderedValues } from "./values/build-helm-values.ts";

/** What an agent is to render, as it travels to it. */
const ToApply = z.object({
  helmChartId: HelmChartId,
  values: JsonObject,
  valuesOverride: JsonObject,
  confidential: z.array(z.string()),
});
export type ToApply = z.output<typeof ToApply>;

const placeOf = (id: DeploymentId) => `deployments/${id}/to-apply`;

/** Seals it: it holds the values with their secrets. */
export async function sealToApply(
  keyring: KeyRing,
  id: DeploymentId,
  { chart, values, valuesOverride, confidential }: RenderedValues,
): Promise<string> {
  const toApply: ToApply = { helmChartId: chart.id, values, valuesOverride, confidential: [...confidential] };
  return await keyring.seal(JSON.stringify(toApply), placeOf(id));
}

/** What the agent is asked to render. */
export async function openToApply(keyring: KeyRing, id: DeploymentId, sealed: string): Promise<ToApply> {
  return ToApply.parse(JSON.parse(await keyring.open(asSealed(sealed), placeOf(id))));
}
