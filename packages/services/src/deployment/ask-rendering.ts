import type { ClusterAnswer, ClusterId, DeploymentId, EffectiveGrant, KindId } from "@platz/domain";
import { askCluster } from "../cluster-question/ask.ts";
import type { ServiceContext } from "../context.ts";
import { grantOf } from "../kind-grant/grant-of.ts";
import { sealToApply } from "./to-apply.ts";
import type { RenderedValues } from "./values/build-helm-values.ts";

/** What is to be rendered, and where it would be installed. */
export interface ToRender {
  readonly id: DeploymentId;
  readonly kindId: KindId;
  readonly clusterId: ClusterId;
  readonly namespace: string;
  readonly rendered: RenderedValues;
  /** By what it is judged instead of what the kind has on the cluster. */
  readonly grant?: EffectiveGrant;
}

/**
 * What a chart would make of these values, and which of its objects the kind has no grant for on that cluster, by the agent
 * that holds it. Call it outside of transactions. Throws `Unavailable` when no agent answers in time.
 */
export async function askRendering(
  context: ServiceContext,
  { id, kindId, clusterId, namespace, rendered, grant: judgedBy }: ToRender,
): Promise<ClusterAnswer<"Render">> {
  const grant = judgedBy ?? (await grantOf(context.db, { kindId, clusterId }));
  const sealed = await sealToApply(context.keyring, id, rendered);
  return await askCluster(context, {
    clusterId,
    question: { kind: "Render", deploymentId: id, release: namespace, sealed, grant },
  });
}
