import type { Deployment, DeploymentId, DeploymentStatus, DeploymentTaskId } from "@platz/domain";
import { eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments } from "../schema/index.ts";

/** A deployment for whoever runs its tasks: no scope, since no person asks. */
export async function findDeploymentRow(db: Queryable, id: DeploymentId): Promise<Deployment | undefined> {
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
  return row;
}

/** The same, held against other edits until the transaction ends. */
export async function lockDeploymentRow(db: Queryable, id: DeploymentId): Promise<Deployment | undefined> {
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id)).for("no key update");
  return row;
}

export async function setDeploymentStatus(
  db: Queryable,
  id: DeploymentId,
  shown: { readonly status: DeploymentStatus; readonly reason: string | null },
): Promise<void> {
  await db.update(deployments).set(shown).where(eq(deployments.id, id));
}

export async function setDeploymentRevision(
  db: Queryable,
  id: DeploymentId,
  revisionId: DeploymentTaskId | null,
): Promise<void> {
  await db.update(deployments).set({ revisionId }).where(eq(deployments.id, id));
}

/** Removes a deployment with its tasks and resources: what it was is gone from its cluster. */
export async function deleteDeploymentRow(db: Queryable, id: DeploymentId): Promise<void> {
  await db.delete(deployments).where(eq(deployments.id, id));
}
