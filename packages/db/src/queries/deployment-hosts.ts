import type { ClusterId, Deployment, DeploymentId, EnvId } from "@platz/domain";
import { and, asc, eq, inArray, ne, or } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deploymentKinds, deployments, k8sClusters } from "../schema/index.ts";

/** A deployment that is in the way of another one, in words, and the env whose members see it. */
export interface InTheWay extends Pick<Deployment, "name" | "hostLabel"> {
  readonly kindName: string;
  readonly clusterName: string;
  readonly envId: EnvId | null;
}

function select(db: Queryable) {
  return db
    .select({
      name: deployments.name,
      hostLabel: deployments.hostLabel,
      kindName: deploymentKinds.name,
      clusterName: k8sClusters.name,
      envId: k8sClusters.envId,
    })
    .from(deployments)
    .innerJoin(k8sClusters, eq(k8sClusters.id, deployments.clusterId))
    .innerJoin(deploymentKinds, eq(deploymentKinds.id, deployments.kindId));
}

/** Another deployment that holds this name, or this namespace, on the cluster. */
export async function findDeploymentInTheWay(
  db: Queryable,
  of: Pick<Deployment, "id" | "clusterId" | "kindId" | "name" | "namespace">,
): Promise<InTheWay | undefined> {
  const [row] = await select(db).where(
    and(
      eq(deployments.clusterId, of.clusterId),
      ne(deployments.id, of.id),
      or(
        and(eq(deployments.kindId, of.kindId), eq(deployments.name, of.name)),
        eq(deployments.namespace, of.namespace),
      ),
    ),
  );
  return row;
}

/** Another deployment of a cluster that has this host: the one that holds it, or else one that shares it from before. */
export async function findDeploymentOfHost(
  db: Queryable,
  {
    clusterId,
    hostLabel,
    except,
  }: Pick<Deployment, "clusterId" | "hostLabel"> & { readonly except: DeploymentId },
): Promise<InTheWay | undefined> {
  const [row] = await select(db)
    .where(
      and(
        eq(deployments.clusterId, clusterId),
        eq(deployments.hostLabel, hostLabel),
        ne(deployments.id, except),
      ),
    )
    .orderBy(asc(deployments.hostShared), asc(deployments.createdAt))
    .limit(1);
  return row;
}

/** The deployments of a cluster that have one of these hosts. */
export async function listDeploymentsOfHosts(
  db: Queryable,
  clusterId: ClusterId,
  hostLabels: readonly string[],
): Promise<InTheWay[]> {
  if (hostLabels.length === 0) return [];
  return await select(db).where(
    and(eq(deployments.clusterId, clusterId), inArray(deployments.hostLabel, [...hostLabels])),
  );
}
