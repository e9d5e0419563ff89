import {
  type ClusterAnswer,
  type DeploymentId,
  HelmChartId,
  JsonObject,
  PreconditionFailed,
  type PreviewDeployment,
} from "@platz/domain";
import type { KeyRing } from "@platz/sealing";
import { asSealed } from "@platz/sealing";
import { z } from "zod";
import { askCluster } from "../cluster-question/ask.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { renderEdit } from "./render-edit.ts";

/** What is to be compared with the live release, as it travels to the agent. */
const ToApply = z.object({
  helmChartId: HelmChartId,
  values: JsonObject,
  valuesOverride: JsonObject,
  confidential: z.array(z.string()),
});
export type ToApply = z.output<typeof ToApply>;

const placeOf = (id: DeploymentId) => `deployments/${id}/release-diff`;

/**
 * How the live release of a deployment would change, by the edit that is given or, without one, by a Reinstall: object by
 * object, by the agent that holds its cluster. Checked like the edit itself; nothing is written. Throws `Unavailable` when
 * no agent answers in time.
 */
export async function diffRelease(
  context: ServiceContext,
  input: PreviewDeployment,
): Promise<ClusterAnswer<"ReleaseDiff">> {
  const { stored, rendered } = await inTransaction(context, (context) => renderEdit(context, input));
  if (stored.revisionId === null) {
    throw new PreconditionFailed("The deployment is not installed: there is nothing to compare with.");
  }
  const { id, clusterId, namespace } = stored;
  const { chart, values, valuesOverride, confidential } = rendered;
  const toApply: ToApply = { helmChartId: chart.id, values, valuesOverride, confidential: [...confidential] };
  const sealed = await context.keyring.seal(JSON.stringify(toApply), placeOf(id));
  return await askCluster(context, {
    clusterId,
    question: { kind: "ReleaseDiff", deploymentId: id, namespace, sealed },
  });
}

/** What the agent is asked to compare. */
export async function openToApply(keyring: KeyRing, id: DeploymentId, sealed: string): Promise<ToApply> {
  return ToApply.parse(JSON.parse(await keyring.open(asSealed(sealed), placeOf(id))));
}
