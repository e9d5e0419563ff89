import type { Queryable } from "@platz/db";
import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import { type KindId, NotFound } from "@platz/domain";

/** Refuses kinds that do not exist. */
export async function requireKinds(db: Queryable, kindIds: readonly KindId[] | null): Promise<void> {
  for (const id of kindIds ?? []) {
    if (!(await findDeploymentKind(db, id))) throw new NotFound("kind", id);
  }
}
