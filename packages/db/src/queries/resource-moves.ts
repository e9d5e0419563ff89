import type { DeploymentId, EnvId } from "@platz/domain";
import { inArray, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deploymentResources as resources, deploymentResourceTypes as types } from "../schema/index.ts";

/**
 * Brings the resources of deployments along to another env: each gets the type of its kind and key there, which is made
 * where the env has none. Throws a unique violation when the env has a resource of one of the names already.
 */
export async function moveResources(
  db: Queryable,
  deploymentIds: readonly DeploymentId[],
  envId: EnvId,
): Promise<void> {
  if (deploymentIds.length === 0) return;
  const moved = inArray(resources.deploymentId, [...deploymentIds]);
  await db.execute(sql`
    insert into ${types} (env_id, deployment_kind_id, key, spec)
    select distinct on (t.deployment_kind_id, t.key) ${envId}::uuid, t.deployment_kind_id, t.key, t.spec
    from ${types} t join ${resources} on ${resources.typeId} = t.id
    where ${moved} and t.env_id is not null and t.env_id <> ${envId}
    on conflict do nothing`);
  await db.execute(sql`
    update ${resources} set env_id = ${envId}::uuid, version = version + 1, type_id = coalesce((
      select there.id from ${types} t join ${types} there using (deployment_kind_id, key)
      where t.id = type_id and t.env_id is not null and there.env_id = ${envId}), type_id)
    where ${moved} and env_id is distinct from ${envId}`);
}

/** A deployment that would not be able to use a resource any more. */
export interface StrandedUser {
  readonly kindName: string;
  readonly name: string;
  readonly resource: string;
  /** Whether the user is among those that move. */
  readonly isMoving: boolean;
}

/**
 * Who could not use a resource any more if these deployments moved to an env with what they have: a deployment of either
 * side whose resource is on the other one, and not offered to it.
 */
export async function listStrandedUsers(
  db: Queryable,
  deploymentIds: readonly DeploymentId[],
  envId: EnvId,
): Promise<StrandedUser[]> {
  if (deploymentIds.length === 0) return [];
  const ids = sql.join(
    deploymentIds.map((id) => sql`${id}::uuid`),
    sql`, `,
  );
  return await db.execute<StrandedUser & Record<string, unknown>>(
    sql`
      with pairs as (
        select d.id in (${ids}) as moves, d.name, d.kind_id, r.id as resource_id, r.name as resource, r.type_id,
          case when d.id in (${ids}) then ${envId}::uuid else c.env_id end as user_env,
          case when r.deployment_id in (${ids}) then ${envId}::uuid else r.env_id end as resource_env
        from deployment_references f
        join deployments d on d.id = f.deployment_id
        join k8s_clusters c on c.id = d.cluster_id
        join deployment_resources r on r.id = f.item_id
        where (d.id in (${ids})) <> (r.deployment_id is not null and r.deployment_id in (${ids}))
      )
      select distinct k.name as "kindName", p.name, p.resource, p.moves as "isMoving"
      from pairs p join deployment_kinds k on k.id = p.kind_id
      where p.user_env is distinct from p.resource_env and not exists (
        select 1 from resource_offers o
        where o.env_id = p.resource_env and o.to_env_id = p.user_env and o.type_id = p.type_id
          and (o.resource_id is null or o.resource_id = p.resource_id))
      order by 1, 2, 3`,
    "objects",
  );
}
