import { collectionName, parseCollection } from "@platz/chart-ext";
import { listResourcesOfCollection } from "@platz/db/queries/deployment-resources";
import { listDeployments } from "@platz/db/queries/deployments";
import { findEnv } from "@platz/db/queries/envs";
import { listSecrets } from "@platz/db/queries/secrets";
import { type EnvId, Invalid, type Json, type KindId, NotFound } from "@platz/domain";
import { reachOf } from "../access/token-reach.ts";
import type { ServiceContext } from "../context.ts";
import { deploymentLabel } from "../deployment/deployment-label.ts";
import { filterFields } from "./item-filters.ts";
import { resourceCollectionOf } from "./resource-collection.ts";

/** What a select of a form offers: the item's id is what the form keeps. */
export interface OfferedItem {
  readonly id: string;
  readonly label: string;
}

export interface ItemsRequest {
  readonly envId: EnvId;
  /** As the form names it (API spec 8.2). */
  readonly collection: Json;
  /** As the form has them; fields that the collection does not have are refused. */
  readonly filters: readonly { readonly field: string; readonly value: string }[];
  /** The kind of deployment that the form is for; without it only what every kind may use is offered. */
  readonly kindId?: KindId | undefined;
  /** A part of the label. */
  readonly search?: string | undefined;
  readonly limit: number;
}

type Offer = (context: ServiceContext, request: ItemsRequest) => Promise<OfferedItem[]>;

/** What can be chosen in a collection of an env, by label. More than `limit` items have to be searched for. */
export async function listCollectionItems(
  context: ServiceContext,
  request: ItemsRequest,
): Promise<readonly OfferedItem[]> {
  if (!(await findEnv(context.db, request.envId, context.scope.envs)))
    throw new NotFound("env", request.envId);
  const collection = parseCollection(request.collection);
  const offer = collection === null ? undefined : offerOf(collection);
  if (!offer) {
    const name = collection === null ? "this" : collectionName(collection);
    throw Invalid.fields("The collection", [
      { path: ["collection"], message: `${name} has nothing to choose from` },
    ]);
  }
  return await offer(context, request);
}

function offerOf(collection: NonNullable<ReturnType<typeof parseCollection>>): Offer | undefined {
  const resources = resourceCollectionOf(collection);
  if (resources !== undefined) return (context, request) => offerResources(context, request, resources);
  const name = collectionName(collection);
  return Object.hasOwn(tables, name) ? tables[name] : undefined;
}

const tables: Readonly<Record<string, Offer>> = {
  async secrets(context, { envId, kindId, filters, search, limit }) {
    const { db, scope } = context;
    const { collection } = fieldsOf(filters, "secrets");
    const among = (await reachOf(context))?.secrets;
    const filter = { envId, collection, nameLike: search, among, usableBy: kindId ?? null };
    const { items } = await listSecrets(db, scope.envs, { filter, list: firstBy("name", limit) });
    return items.map(({ id, name }) => ({ id, label: name }));
  },
  async deployments({ db, scope }, { envId, filters, search, limit }) {
    const { kind, enabled } = fieldsOf(filters, "deployments");
    const filter = {
      envId,
      kindName: kind,
      name: search,
      ...(enabled === undefined ? {} : { enabled: enabled === "true" }),
    };
    const { items } = await listDeployments(db, scope.envs, { filter, list: firstBy("name", limit) });
    return items.map((item) => ({ id: item.id, label: deploymentLabel(item) }));
  },
};

async function offerResources(
  { db }: ServiceContext,
  { envId, filters, search, limit }: ItemsRequest,
  collection: NonNullable<ReturnType<typeof resourceCollectionOf>>,
): Promise<OfferedItem[]> {
  fieldsOf(filters, "resources");
  const items = await listResourcesOfCollection(db, { envId, collection, name: search, limit });
  return items.map(({ id, name }) => ({ id, label: name }));
}

const firstBy = (sort: "name", perPage: number) => ({ sort, page: { page: 1, perPage } }) as const;

/** The filters by field. Throws `Invalid` for one that the collection does not have. */
function fieldsOf(filters: ItemsRequest["filters"], collection: string): Readonly<Record<string, string>> {
  const known = filterFields(collection);
  const unknown = filters.filter(({ field }) => !known.includes(field));
  if (unknown.length > 0) {
    throw Invalid.fields(
      "The collection",
      unknown.map(({ field }) => ({ path: ["filters"], message: `cannot be filtered by ${field}` })),
    );
  }
  return Object.fromEntries(filters.map(({ field, value }) => [field, value]));
}
