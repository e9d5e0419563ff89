import { isUniqueViolation } from "@platz/db";
import { shareEnv } from "@platz/db/queries/envs";
import { findK8sClusterOfDomain, lockK8sCluster, updateK8sClusterRow } from "@platz/db/queries/k8s-clusters";
import { requestReinstalls } from "@platz/db/queries/reinstall-requests";
import { moveResources } from "@platz/db/queries/resource-moves";
import { Conflict, type DeploymentId, type K8sCluster, NotFound, type UpdateK8sCluster } from "@platz/domain";
import { actorOf } from "../access/actor-of.ts";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { requireSeenVersion } from "../audit/require-seen-version.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { requireDomainWithoutReserved } from "../deployment/claim-host.ts";
import { auditedCluster } from "./audited-cluster.ts";
import { reportClusterMove } from "./move-report.ts";

/**
 * Puts a cluster to use or out of it, into an env, and sets its ingress. Deployments move to another env along with
 * their cluster only when that is confirmed and leaves nothing behind that they need; they are reinstalled then (W-29).
 */
export async function updateCluster(context: ServiceContext, input: UpdateK8sCluster): Promise<K8sCluster> {
  requireSiteAdmin(context, "change a cluster");
  try {
    return await inTransaction(context, (context) => update(context, input));
  } catch (error) {
    if (isUniqueViolation(error, "deployment_resources__type_name")) {
      throw new Conflict(
        "The other env has a resource with the name of one that would move there: rename that first.",
      );
    }
    if (isUniqueViolation(error, "k8s_clusters__ingress_domain")) throw await domainTaken(context, input);
    throw error;
  }
}

async function update(
  context: ServiceContext,
  { version: seen, confirmMove, ...input }: UpdateK8sCluster,
): Promise<K8sCluster> {
  const { db } = context;
  const before = await lockK8sCluster(db, input.id);
  if (!before) throw new NotFound("cluster", input.id);
  const label = `The cluster ${before.name}`;
  if (seen !== undefined) await requireSeenVersion(context, { ...before, label }, seen);
  if (!changesSomething(before, input)) return before;
  const isMove = input.envId !== undefined && input.envId !== before.envId;
  const moved = isMove ? await requireMovable(context, before, { ...input, confirmMove }) : [];
  const { ingressDomain = before.ingressDomain } = input;
  if (ingressDomain !== before.ingressDomain) {
    await requireDomainWithoutReserved(context, { ...before, ingressDomain });
  }
  const after = (await updateK8sClusterRow(db, input)) ?? before;
  if (isMove && after.envId !== null) await moveResources(db, moved, after.envId);
  await recordChange(context, { ...auditedCluster(after), before, after });
  await requestReinstalls(db, moved, {
    reason: `cluster ${after.name} moved to another env`,
    actor: actorOf(context),
  });
  return after;
}

function changesSomething(before: K8sCluster, { id: _, ...input }: UpdateK8sCluster): boolean {
  const saved: Readonly<Record<string, unknown>> = { ...before };
  return Object.entries(input).some(([field, value]) => value !== undefined && value !== saved[field]);
}

/** The deployments that move along. Throws when they cannot, or when nobody has said that they may. */
async function requireMovable(
  context: ServiceContext,
  cluster: K8sCluster,
  { envId = null, confirmMove }: UpdateK8sCluster,
): Promise<DeploymentId[]> {
  if (envId !== null && !(await shareEnv(context.db, envId))) throw new NotFound("env", envId);
  const { deployments, obstacle } = await reportClusterMove(context, cluster, envId);
  if (obstacle !== null) throw new Conflict(obstacle);
  if (deployments.length > 0 && confirmMove !== true) {
    throw new Conflict(
      `The cluster ${cluster.name} has ${deployments.length} deployments, which would move to the other env with it and be reinstalled: look at clusters.moveReport, and confirm with confirmMove.`,
    );
  }
  return deployments.map(({ id }) => id);
}

async function domainTaken({ db }: ServiceContext, { ingressDomain }: UpdateK8sCluster): Promise<Conflict> {
  const other = ingressDomain ? await findK8sClusterOfDomain(db, ingressDomain) : undefined;
  return new Conflict(
    `The ingress domain ${ingressDomain} belongs to ${other ? `the cluster ${other.name}` : "another cluster"} already: choose another one.`,
  );
}
