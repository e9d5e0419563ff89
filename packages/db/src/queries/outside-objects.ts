import { type DeploymentId, OutsideObject } from "@platz/domain";
import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Queryable } from "../open-database.ts";
import { deploymentTasks } from "../schema/index.ts";

/** What the release of a deployment has outside of its namespace, as the last task that looked has recorded it. */
export async function findOutsideObjects(
  db: Queryable,
  deploymentId: DeploymentId,
): Promise<readonly OutsideObject[]> {
  const [row] = await db
    .select({ outside: sql<unknown>`${deploymentTasks.progress} -> 'outside'` })
    .from(deploymentTasks)
    .where(and(eq(deploymentTasks.deploymentId, deploymentId), sql`${deploymentTasks.progress} ? 'outside'`))
    .orderBy(desc(deploymentTasks.seq))
    .limit(1);
  return z
    .array(OutsideObject)
    .catch([])
    .parse(row?.outside ?? []);
}
