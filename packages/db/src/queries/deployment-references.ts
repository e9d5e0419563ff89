import type { Deployment, DeploymentId } from "@platz/domain";
import { and, asc, eq, inArray, or } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deploymentKinds, deploymentReferences, deployments, k8sClusters } from "../schema/index.ts";
import type { DeploymentPlace } from "./deployments.ts";

/** One item of a collection, such as a secret. */
export interface CollectionItem {
  readonly collection: string;
  readonly itemId: string;
}

/** A deployment whose inputs refer to something. */
export type Dependant = Pick<Deployment, "id" | "name" | "enabled" | "kindId"> & DeploymentPlace;

/** Makes these the references of the deployment, instead of those it had. */
export async function replaceDeploymentReferences(
  db: Queryable,
  deploymentId: DeploymentId,
  items: readonly CollectionItem[],
): Promise<void> {
  await db.delete(deploymentReferences).where(eq(deploymentReferences.deploymentId, deploymentId));
  if (items.length === 0) return;
  await db
    .insert(deploymentReferences)
    .values(items.map((item) => ({ deploymentId, ...item })))
    .onConflictDoNothing();
}

/** Which deployments use an item, by name. */
export async function listDependants(db: Queryable, item: CollectionItem): Promise<Dependant[]> {
  return await listDependantsOfAny(db, [item]);
}

/** Which deployments use any of these, each once, by name. */
export async function listDependantsOfAny(
  db: Queryable,
  items: readonly CollectionItem[],
): Promise<Dependant[]> {
  const used = items.map(({ collection, itemId }) =>
    and(eq(deploymentReferences.collection, collection), eq(deploymentReferences.itemId, itemId)),
  );
  return await db
    .selectDistinct({
      id: deployments.id,
      name: deployments.name,
      enabled: deployments.enabled,
      kindId: deployments.kindId,
      envId: k8sClusters.envId,
      kindName: deploymentKinds.name,
      clusterName: k8sClusters.name,
    })
    .from(deploymentReferences)
    .innerJoin(deployments, eq(deployments.id, deploymentReferences.deploymentId))
    .innerJoin(k8sClusters, eq(k8sClusters.id, deployments.clusterId))
    .innerJoin(deploymentKinds, eq(deploymentKinds.id, deployments.kindId))
    .where(or(...used))
    .orderBy(asc(deploymentKinds.name), asc(deployments.name));
}

/** What these deployments refer to in one collection. */
export async function listReferencesOf(
  db: Queryable,
  deploymentIds: readonly DeploymentId[],
  collection: string,
): Promise<{ readonly deploymentId: DeploymentId; readonly itemId: string }[]> {
  if (deploymentIds.length === 0) return [];
  return await db
    .select({ deploymentId: deploymentReferences.deploymentId, itemId: deploymentReferences.itemId })
    .from(deploymentReferences)
    .where(
      and(
        inArray(deploymentReferences.deploymentId, [...deploymentIds]),
        eq(deploymentReferences.collection, collection),
      ),
    );
}
