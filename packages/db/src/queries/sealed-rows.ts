import type { DeploymentId, DeploymentResourceId, DeploymentTaskId, Json, SecretId } from "@platz/domain";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deploymentResources, deployments, deploymentTasks, secrets, signingKeys } from "../schema/index.ts";

/** A row with something sealed in it: a text that is sealed whole, or a JSON document with sealed parts. */
export interface SealedRow {
  readonly id: string;
  /** The deployment whose inputs these are, where they are. */
  readonly deploymentId: DeploymentId | null;
  readonly content: Json;
}

/** Where the database holds what is sealed. */
export interface SealedColumn {
  /** Rows after this id, in the order of ids. */
  page(db: Queryable, afterId: string, limit: number): Promise<SealedRow[]>;
  /** Replaces the content, unless somebody else has changed it meanwhile: then `false`, and theirs stays. */
  replace(db: Queryable, row: SealedRow, content: Json): Promise<boolean>;
}

const json = (content: Json) => sql`${JSON.stringify(content)}::text::jsonb`;

export const sealedColumns = {
  secrets: {
    page: async (db, afterId, limit) =>
      (
        await db
          .select({ id: secrets.id, content: secrets.contents })
          .from(secrets)
          .where(gt(secrets.id, afterId as SecretId))
          .orderBy(asc(secrets.id))
          .limit(limit)
      ).map((row) => ({ ...row, deploymentId: null })),
    async replace(db, { id, content: before }, content) {
      const rows = await db
        .update(secrets)
        .set({ contents: String(content) })
        .where(and(eq(secrets.id, id as SecretId), eq(secrets.contents, String(before))))
        .returning({ id: secrets.id });
      return rows.length > 0;
    },
  },
  signing_keys: {
    page: async (db, afterId, limit) =>
      (
        await db
          .select({ id: signingKeys.id, content: signingKeys.sealedKey })
          .from(signingKeys)
          .where(gt(signingKeys.id, afterId))
          .orderBy(asc(signingKeys.id))
          .limit(limit)
      ).map((row) => ({ ...row, deploymentId: null })),
    async replace(db, { id, content: before }, content) {
      const rows = await db
        .update(signingKeys)
        .set({ sealedKey: String(content) })
        .where(and(eq(signingKeys.id, id), eq(signingKeys.sealedKey, String(before))))
        .returning({ id: signingKeys.id });
      return rows.length > 0;
    },
  },
  deployments: {
    page: async (db, afterId, limit) =>
      await db
        .select({
          id: deployments.id,
          deploymentId: deployments.id,
          content: sql<Json>`jsonb_build_object('config', ${deployments.config}, 'valuesOverride', ${deployments.valuesOverride})`,
        })
        .from(deployments)
        .where(
          and(
            gt(deployments.id, afterId as DeploymentId),
            sql`(${deployments.config}::text like '%"$sealed"%' or ${deployments.valuesOverride}::text like '%"$sealed"%')`,
          ),
        )
        .orderBy(asc(deployments.id))
        .limit(limit),
    async replace(db, { id, content: before }, content) {
      const rows = await db
        .update(deployments)
        .set({
          config: sql`${json(content)} -> 'config'`,
          valuesOverride: sql`${json(content)} -> 'valuesOverride'`,
        })
        .where(
          and(
            eq(deployments.id, id as DeploymentId),
            sql`jsonb_build_object('config', ${deployments.config}, 'valuesOverride', ${deployments.valuesOverride}) = ${json(before)}`,
          ),
        )
        .returning({ id: deployments.id });
      return rows.length > 0;
    },
  },
  deployment_resources: {
    page: async (db, afterId, limit) =>
      (
        await db
          .select({ id: deploymentResources.id, content: sql<Json>`${deploymentResources.props}` })
          .from(deploymentResources)
          .where(
            and(
              gt(deploymentResources.id, afterId as DeploymentResourceId),
              sql`${deploymentResources.props}::text like '%"$sealed"%'`,
            ),
          )
          .orderBy(asc(deploymentResources.id))
          .limit(limit)
      ).map((row) => ({ ...row, deploymentId: null })),
    async replace(db, { id, content: before }, content) {
      const rows = await db
        .update(deploymentResources)
        .set({ props: json(content) })
        .where(
          and(
            eq(deploymentResources.id, id as DeploymentResourceId),
            sql`${deploymentResources.props} = ${json(before)}`,
          ),
        )
        .returning({ id: deploymentResources.id });
      return rows.length > 0;
    },
  },
  deployment_tasks: {
    page: async (db, afterId, limit) =>
      await db
        .select({
          id: deploymentTasks.id,
          deploymentId: deploymentTasks.deploymentId,
          content: sql<Json>`${deploymentTasks.operation}`,
        })
        .from(deploymentTasks)
        .where(
          and(
            gt(deploymentTasks.id, afterId as DeploymentTaskId),
            sql`${deploymentTasks.operation}::text like '%"$sealed"%'`,
          ),
        )
        .orderBy(asc(deploymentTasks.id))
        .limit(limit),
    async replace(db, { id, content: before }, content) {
      const rows = await db
        .update(deploymentTasks)
        .set({ operation: json(content) })
        .where(
          and(
            eq(deploymentTasks.id, id as DeploymentTaskId),
            sql`${deploymentTasks.operation} = ${json(before)}`,
          ),
        )
        .returning({ id: deploymentTasks.id });
      return rows.length > 0;
    },
  },
} as const satisfies Record<string, SealedColumn>;
