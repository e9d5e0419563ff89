import { lockDeploymentKind } from "@platz/db/queries/deployment-kinds";
import { findK8sCluster } from "@platz/db/queries/k8s-clusters";
import { insertKindGrant } from "@platz/db/queries/kind-grants";
import { type KindGrant, type NewKindGrant, NotFound } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedGrant } from "./audited-grant.ts";

/** Lets the deployments of a kind have more than their namespaces, from their next task on. */
export async function createKindGrant(context: ServiceContext, input: NewKindGrant): Promise<KindGrant> {
  requireSiteAdmin(context, "grant a kind anything outside of its namespaces");
  return await inTransaction(context, async (context) => {
    const { db, scope } = context;
    const kind = await lockDeploymentKind(db, input.kindId);
    if (!kind) throw new NotFound("kind", input.kindId);
    for (const id of input.clusterIds ?? []) {
      if (!(await findK8sCluster(db, id, scope.envs))) throw new NotFound("cluster", id);
    }
    const grant = await insertKindGrant(db, { ...input, grantedBy: scope.label });
    await recordChange(context, { ...auditedGrant(grant, kind), after: grant });
    return grant;
  });
}
