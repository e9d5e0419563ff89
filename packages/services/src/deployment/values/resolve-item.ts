import type { ItemProperty } from "@platz/chart-ext";
import { listResourcesOfCollection, type ResourceCollection } from "@platz/db/queries/deployment-resources";
import { findDeployment } from "@platz/db/queries/deployments";
import { findSealedSecretOfEnv } from "@platz/db/queries/secrets";
import {
  DeploymentId,
  DeploymentResourceId,
  type EnvId,
  type Json,
  type KindId,
  PreconditionFailed,
  SecretId,
} from "@platz/domain";
import { asSealed } from "@platz/sealing";
import { filterText, isForKind, meetsFilters } from "../../collection/item-filters.ts";
import { resourceCollectionNamed } from "../../collection/resource-collection.ts";
import type { ServiceDependencies } from "../../context.ts";
import { propsPlace } from "../../deployment-resource/type-spec.ts";
import { textsIn } from "../../sealed/seal-sensitive.ts";
import { isSealedJson, openJson } from "../../sealed/sealed-json.ts";
import { secretPlace } from "../../secret/secret-place.ts";

/** What an input of a form may be resolved with: items of one env, and what other envs have offered to it (W-23). */
export interface ItemSource extends Pick<ServiceDependencies, "db" | "keyring"> {
  readonly envId: EnvId;
  /** The kind of deployment that asks. */
  readonly kindId: KindId;
  /** Told about each secret text that was read, so that it can be kept out of logs. */
  onSecret(text: string): void;
}

type Properties = Readonly<Record<string, () => Json | Promise<Json>>>;

/**
 * A property of an item of a collection (API spec 8.3), read now: what was allowed when the inputs were saved may be
 * gone. Throws `PreconditionFailed` naming the collection, the item and the property.
 */
export async function resolveItem(
  source: ItemSource,
  { collection, itemId, property, filters }: ItemProperty,
): Promise<Json> {
  const properties = await propertiesOf(source, collection, itemId);
  if (!properties)
    throw new PreconditionFailed(`The inputs refer to ${collection} ${itemId}, which the env does not have.`);
  const asked = filters.map(({ field }) => [field, properties[field]?.() ?? null] as const);
  const item = Object.fromEntries(
    await Promise.all(asked.map(async ([field, value]) => [field, await value])),
  );
  if (!meetsFilters(collection, item, filters)) {
    throw new PreconditionFailed(
      `The inputs refer to ${collection} ${itemId}, and the form asks for one ${filterText(filters)}: choose another in the inputs.`,
    );
  }
  const read = Object.hasOwn(properties, property) ? properties[property] : undefined;
  if (!read)
    throw new PreconditionFailed(`The chart asks for "${property}" of ${collection}, which do not have it.`);
  return await read();
}

async function propertiesOf(
  source: ItemSource,
  collection: string,
  itemId: string,
): Promise<Properties | undefined> {
  if (collection === "secrets") return await secretProperties(source, itemId);
  if (collection === "deployments") return await deploymentProperties(source, itemId);
  const resources = resourceCollectionNamed(collection);
  if (resources !== undefined) return await resourceProperties(source, resources, itemId);
  throw new PreconditionFailed(`The chart refers to the collection ${collection}, which cannot be used.`);
}

async function resourceProperties(
  { db, keyring, envId, onSecret }: ItemSource,
  collection: ResourceCollection,
  itemId: string,
): Promise<Properties | undefined> {
  const id = DeploymentResourceId.safeParse(itemId);
  if (!id.success) return undefined;
  const [resource] = await listResourcesOfCollection(db, { envId, collection, id: id.data, limit: 1 });
  if (!resource) return undefined;
  const property = (value: Json) => async () => {
    const opened = await openJson(keyring, value, propsPlace(resource.id));
    if (isSealedJson(value)) textsIn(opened).forEach(onSecret);
    return opened;
  };
  const props = Object.entries(resource.props).map(([key, value]) => [key, property(value)] as const);
  return { ...Object.fromEntries(props), id: () => resource.id, name: () => resource.name };
}

async function secretProperties({ db, keyring, envId, kindId, onSecret }: ItemSource, itemId: string) {
  const id = SecretId.safeParse(itemId);
  const secret = id.success ? await findSealedSecretOfEnv(db, envId, id.data) : undefined;
  if (secret && !isForKind(secret, kindId)) {
    throw new PreconditionFailed(
      `The secret ${secret.name} is not for this kind of deployment any more: choose another in the inputs.`,
    );
  }
  return (
    secret && {
      id: () => secret.id,
      created_at: () => timestampText(secret.createdAt),
      updated_at: () => timestampText(secret.updatedAt),
      env_id: () => secret.envId,
      collection: () => secret.collection,
      name: () => secret.name,
      contents: async () => {
        const text = await keyring.open(asSealed(secret.contents), secretPlace(secret.id));
        onSecret(text);
        return text;
      },
    }
  );
}

async function deploymentProperties({ db, envId }: ItemSource, itemId: string) {
  const id = DeploymentId.safeParse(itemId);
  const deployment = id.success ? await findDeployment(db, id.data, [envId]) : undefined;
  return (
    deployment && {
      id: () => deployment.id,
      created_at: () => timestampText(deployment.createdAt),
      name: () => deployment.name,
      kind: () => deployment.kindName,
      cluster_id: () => deployment.clusterId,
      enabled: () => deployment.enabled,
    }
  );
}

/** `YYYY-MM-DD HH:MM:SS[.fff] UTC`, as charts have always been given it (workers spec 8.8). */
function timestampText(date: Date): string {
  return date
    .toISOString()
    .replace("T", " ")
    .replace(/(\.000)?Z$/, " UTC");
}
