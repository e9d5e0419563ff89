import type {
  DeploymentResourceTypeId,
  EnvId,
  ListRequest,
  NewResourceOffer,
  OneOf,
  Page,
  ResourceOffer,
  ResourceOfferId,
} from "@platz/domain";
import { and, count, eq, getColumns, or } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { resourceOffers as offers } from "../schema/index.ts";
import { type EnvScope, inEnvScope } from "./env-scope.ts";
import { listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

export interface ResourceOfferFilter {
  readonly envId?: OneOf<EnvId> | undefined;
  readonly toEnvId?: OneOf<EnvId> | undefined;
  readonly typeId?: OneOf<DeploymentResourceTypeId> | undefined;
}

const partOf = listOf("resourceOffers", { sorts: { createdAt: [offers.createdAt] }, unique: offers.id });

/** Either side of an offer knows of it. */
const visible = (scope: EnvScope) =>
  scope === "all" ? undefined : or(inEnvScope(offers.envId, scope), inEnvScope(offers.toEnvId, scope));

export async function listResourceOffers(
  db: Queryable,
  scope: EnvScope,
  { filter, list }: { readonly filter: ResourceOfferFilter; readonly list: ListRequest<"resourceOffers"> },
): Promise<Page<ResourceOffer>> {
  const where = and(
    visible(scope),
    matching(offers.envId, filter.envId),
    matching(offers.toEnvId, filter.toEnvId),
    matching(offers.typeId, filter.typeId),
  );
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...getColumns(offers), ...part.place })
        .from(offers)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(offers).where(where),
  });
}

export async function findResourceOffer(
  db: Queryable,
  id: ResourceOfferId,
  scope: EnvScope,
): Promise<ResourceOffer | undefined> {
  const [row] = await db
    .select()
    .from(offers)
    .where(and(eq(offers.id, id), visible(scope)));
  return row;
}

/** The new row, or nothing when the same is offered already. */
export async function insertResourceOffer(
  db: Queryable,
  offer: NewResourceOffer & Pick<ResourceOffer, "offeredBy">,
): Promise<ResourceOffer | undefined> {
  const [row] = await db.insert(offers).values(offer).onConflictDoNothing().returning();
  return row;
}

export async function deleteResourceOfferRow(db: Queryable, id: ResourceOfferId): Promise<void> {
  await db.delete(offers).where(eq(offers.id, id));
}
