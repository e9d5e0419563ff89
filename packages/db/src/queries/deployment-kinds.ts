import type { DeploymentKind, KindId, Page, PageRequest, UpdateDeploymentKind } from "@platz/domain";
import { asc, count, eq, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deploymentKinds } from "../schema/index.ts";
import { matching } from "./matching.ts";
import { pageOf } from "./page-of.ts";

export async function listDeploymentKinds(
  db: Queryable,
  { name, page }: { readonly name?: string | undefined; readonly page: PageRequest },
): Promise<Page<DeploymentKind>> {
  const where = matching(deploymentKinds.name, name);
  return await pageOf(page, {
    rows: (limit, offset) =>
      db
        .select()
        .from(deploymentKinds)
        .where(where)
        .orderBy(asc(deploymentKinds.createdAt), asc(deploymentKinds.id))
        .limit(limit)
        .offset(offset),
    total: () => db.select({ n: count() }).from(deploymentKinds).where(where),
  });
}

export async function findDeploymentKind(db: Queryable, id: KindId): Promise<DeploymentKind | undefined> {
  const [row] = await db.select().from(deploymentKinds).where(eq(deploymentKinds.id, id));
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
  { id, name }: Omit<UpdateDeploymentKind, "version">,
): Promise<DeploymentKind | undefined> {
  const [row] = await db
    .update(deploymentKinds)
    .set({ name, version: sql`${deploymentKinds.version} + 1` })
    .where(eq(deploymentKinds.id, id))
    .returning();
  return row;
}
