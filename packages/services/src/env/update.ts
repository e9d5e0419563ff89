import { listDeploymentsOn } from "@platz/db/queries/deployments";
import { envNameIsTaken, lockEnv, updateEnvRow } from "@platz/db/queries/envs";
import { requestReinstalls } from "@platz/db/queries/reinstall-requests";
import { Conflict, type Env, NotFound, sameJson, type UpdateEnv } from "@platz/domain";
import { actorOf } from "../access/actor-of.ts";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { requireSeenVersion } from "../audit/require-seen-version.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedEnv } from "./audited-env.ts";

/**
 * Changes an env: its admins where its workloads run, site admins its name and who gets in. When node selector or tolerations become different, every enabled deployment of the env is
 * reinstalled, in the same transaction (API spec 6.6; W-27).
 */
export async function updateEnv(context: ServiceContext, input: UpdateEnv): Promise<Env> {
  requireEnvAdmin(context, input.id, "change it");
  if (input.name !== undefined || input.autoAddNewUsers !== undefined) {
    requireSiteAdmin(context, "rename an env or let new people into it by itself");
  }
  return await inTransaction(context, async (context) => {
    const before = await lockEnv(context.db, input.id);
    if (!before) throw new NotFound("env", input.id);
    await requireSeenVersion(context, { ...before, label: `The env ${before.name}` }, input.version);
    if (input.name !== undefined && (await envNameIsTaken(context.db, input.name, input.id))) {
      throw new Conflict(`There is an env named "${input.name}" already: choose another name.`);
    }
    const after = await updateEnvRow(context.db, input);
    if (!after) throw new NotFound("env", input.id);
    await recordChange(context, { ...auditedEnv(after), before, after });
    await reinstallDeployments(context, before, after);
    return after;
  });
}

async function reinstallDeployments(context: ServiceContext, before: Env, after: Env): Promise<void> {
  const changed = [
    ...(sameJson(before.nodeSelector, after.nodeSelector) ? [] : ["node selector"]),
    ...(sameJson(before.tolerations, after.tolerations) ? [] : ["tolerations"]),
  ];
  if (changed.length === 0) return;
  const deployments = await listDeploymentsOn(context.db, { envId: after.id });
  await requestReinstalls(
    context.db,
    deployments.map(({ id }) => id),
    { reason: `env ${after.name} got another ${changed.join(" and ")}`, actor: actorOf(context) },
  );
}
