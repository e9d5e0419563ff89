import type { DeploymentId, Json } from "@platz/domain";
import { eq, inArray, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deploymentKinds, deploymentReferences, deployments, helmCharts } from "../schema/index.ts";
import type { CollectionItem } from "./deployment-references.ts";

/** What decides how far the token of a deployment reaches. */
export interface TokenFacts {
  readonly legacyTokenRights: boolean;
  /** Of its chart. */
  readonly features: Json | null;
  /** What its inputs refer to. */
  readonly references: readonly CollectionItem[];
}

export async function findTokenFacts(db: Queryable, id: DeploymentId): Promise<TokenFacts | undefined> {
  const [row] = await db
    .select({
      legacyTokenRights: deploymentKinds.legacyTokenRights,
      features: helmCharts.features,
      references: sql<CollectionItem[]>`coalesce((
        select json_agg(json_build_object('collection', r.collection, 'itemId', r.item_id))
        from ${deploymentReferences} r where r.deployment_id = ${deployments.id}), '[]')`,
    })
    .from(deployments)
    .innerJoin(deploymentKinds, eq(deploymentKinds.id, deployments.kindId))
    .innerJoin(helmCharts, eq(helmCharts.id, deployments.helmChartId))
    .where(eq(deployments.id, id));
  return row;
}

/** The names of the kinds of these deployments. */
export async function kindNamesOf(
  db: Queryable,
  ids: readonly DeploymentId[],
): Promise<ReadonlyMap<DeploymentId, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: deployments.id, kindName: deploymentKinds.name })
    .from(deployments)
    .innerJoin(deploymentKinds, eq(deploymentKinds.id, deployments.kindId))
    .where(inArray(deployments.id, [...ids]));
  return new Map(rows.map(({ id, kindName }) => [id, kindName]));
}
