import { listDeploymentsOn } from "@platz/db/queries/deployments";
import { deleteEnvRow, lockEnv } from "@platz/db/queries/envs";
import { listGoesWithEnv } from "@platz/db/queries/goes-with";
import { detachK8sClustersOfEnv } from "@platz/db/queries/k8s-clusters";
import { Conflict, type EnvId, NotFound } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange, recordGone } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { deploymentLabels } from "../deployment/deployment-label.ts";
import { auditedEnv } from "./audited-env.ts";

/** Deletes an env with its secrets and permissions. Its clusters stay, without an env; deployments have to go first. */
export async function deleteEnv(context: ServiceContext, id: EnvId): Promise<void> {
  requireSiteAdmin(context, "delete an env");
  await inTransaction(context, async (context) => {
    const { db } = context;
    const env = await lockEnv(db, id);
    if (!env) throw new NotFound("env", id);
    const deployments = await listDeploymentsOn(db, { envId: id });
    if (deployments.length > 0) {
      throw new Conflict(
        `The env ${env.name} still has deployments: delete or move ${deploymentLabels(deployments)} first.`,
      );
    }
    await detachK8sClustersOfEnv(db, id);
    const gone = await listGoesWithEnv(db, id);
    await deleteEnvRow(db, id);
    await recordChange(context, { ...auditedEnv(env), before: env });
    await recordGone(context, gone, `the env ${env.name} was deleted`);
  });
}
