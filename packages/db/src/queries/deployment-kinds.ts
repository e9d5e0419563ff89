import type { DeploymentKind, KindId, ListRequest, Page, UpdateDeploymentKind } from "@platz/domain";
import { count, eq, getColumns, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deploymentKinds } from "../schema/index.ts";
import { listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

const partOf = listOf("kinds", {
  sorts: { createdAt: [deploymentKinds.createdAt], name: [deploymentKinds.name] },
  unique: deploymentKinds.id,
});

export async function listDeploymentKinds(
  db: Queryable,
  { name, list }: { readonly name?: string | undefined; readonly list: ListRequest<"kinds"> },
): Promise<Page<DeploymentKind>> {
  const where = matching(deploymentKinds.name, name);
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...getColumns(deploymentKinds), ...part.place })
        .from(deploymentKinds)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(deploymentKinds).where(where),
  });
}

export async function findDeploymentKind(db: Queryable, id: KindId): Promise<DeploymentKind | undefined> {
  const [row] = await db.select().from(deploymentKinds).where(eq(deploymentKinds.id, id));
  return row;
}

export async function findKindNamed(db: Queryable, name: string): Promise<DeploymentKind | undefined> {
  const [row] = await db.select().from(deploymentKinds).where(eq(deploymentKinds.name, name));
  return row;
}

/** The kind, held against other edits until the transaction ends. */
export async function lockDeploymentKind(db: Queryable, id: KindId): Promise<DeploymentKind | undefined> {
  const [row] = await db
    .select()
    .from(deploymentKinds)
    .where(eq(deploymentKinds.id, id))
    .for("no key update");
  return row;
}

/** Saves an edit and counts it. Throws a unique violation when the name is taken. */
export async function updateDeploymentKindRow(
  db: Queryable,
  { id, name, legacyTokenRights, signedChartsOnly }: Omit<UpdateDeploymentKind, "version">,
): Promise<DeploymentKind | undefined> {
  const [row] = await db
    .update(deploymentKinds)
    .set({ name, legacyTokenRights, signedChartsOnly, version: sql`${deploymentKinds.version} + 1` })
    .where(eq(deploymentKinds.id, id))
    .returning();
  return row;
}
