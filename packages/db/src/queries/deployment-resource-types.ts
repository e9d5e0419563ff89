import type { EnvId, Json, KindId } from "@platz/domain";
import { sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deploymentResourceTypes } from "../schema/index.ts";

/** A resource type that a chart ships; `envId: null` makes it global. */
export interface PublishedResourceType {
  readonly envId: EnvId | null;
  readonly deploymentKindId: KindId;
  readonly key: string;
  readonly spec: Json;
}

/** Makes a resource type, or brings the one of the same kind, key and env up to date. */
export async function upsertResourceType(db: Queryable, type: PublishedResourceType): Promise<void> {
  await db
    .insert(deploymentResourceTypes)
    .values(type)
    .onConflictDoUpdate({
      target: [
        deploymentResourceTypes.deploymentKindId,
        deploymentResourceTypes.key,
        deploymentResourceTypes.envId,
      ],
      set: { spec: sql`excluded.spec` },
    });
}
