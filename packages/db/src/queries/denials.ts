import type { EnvId } from "@platz/domain";
import { sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { auditLog } from "../schema/index.ts";
import type { NewAuditEntry } from "./audit-log.ts";

/** A denial, whose it is, and what makes another one equal to it. */
export interface CountedDenial {
  readonly entry: NewAuditEntry;
  /** Who was refused, and in which hour: the denials of this are counted together. */
  readonly openFor: string;
  readonly openKey: string;
  /** How many different denials of one caller and hour are kept; the rest is one entry with this reason. */
  readonly most: number;
  readonly reasonOfRest: string;
}

const REST = "rest";

/**
 * Writes a denial into the audit log, or counts it on the entry of an equal one, in one statement. However much somebody
 * is refused, that makes no more than `most` entries an hour and one for the rest.
 */
export async function countDenial(
  db: Queryable,
  { entry, openFor, openKey, most, reasonOfRest }: CountedDenial,
): Promise<void> {
  await db.execute(sql`
    with known as materialized (
      select count(*) >= ${most}::integer and not coalesce(bool_or(open_key = ${openKey}::text), false) as is_full
      from ${auditLog} where open_for = ${openFor}::text)
    insert into ${auditLog} (actor_kind, actor_id, actor_label, action, outcome, entity, entity_id, entity_label, env_id,
      reason, request_id, address, open_for, open_key)
    select ${entry.actorKind}::text, ${entry.actorId}::uuid, ${entry.actorLabel}::text, ${entry.action}::text, 'Denied',
      ${entry.entity}::text, ${entry.entityId}::uuid, ${entry.entityLabel}::text,
      case when is_full then null else ${entry.envId}::uuid end,
      case when is_full then ${reasonOfRest}::text else ${entry.reason}::text end,
      ${entry.requestId}::text, ${entry.address}::text, ${openFor}::text,
      case when is_full then ${REST}::text else ${openKey}::text end
    from known
    on conflict (open_for, open_key) where open_for is not null
      do update set count = audit_log.count + 1, last_at = now()`);
}

/** The env of whatever has this id: ids are unique across all tables. Nothing for what is in no env, or not there. */
export async function findEnvOf(db: Queryable, id: string): Promise<EnvId | null> {
  const [row] = await db.execute<{ envId: EnvId | null }>(
    sql`
      with wanted as (select ${id}::uuid as id),
      on_clusters as (
        select d.cluster_id from deployments d, wanted w where d.id = w.id
        union all select d.cluster_id from deployment_tasks t join deployments d on d.id = t.deployment_id, wanted w
          where t.id = w.id
        union all select r.cluster_id from k8s_resources r, wanted w where r.id = w.id)
      select e.id as "envId" from envs e, wanted w where e.id = w.id
      union all select c.env_id from k8s_clusters c, wanted w where c.id = w.id
      union all select c.env_id from k8s_clusters c join on_clusters o on o.cluster_id = c.id
      union all select s.env_id from secrets s, wanted w where s.id = w.id
      union all select r.env_id from deployment_resources r, wanted w where r.id = w.id
      union all select p.env_id from env_user_permissions p, wanted w where p.id = w.id
      union all select p.env_id from deployment_permissions p, wanted w where p.id = w.id
      limit 1`,
    "objects",
  );
  return row?.envId ?? null;
}
