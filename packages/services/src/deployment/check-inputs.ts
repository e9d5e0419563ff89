import type { CollectionReference } from "@platz/chart-ext";
import type { Queryable } from "@platz/db";
import type { CollectionItem } from "@platz/db/queries/deployment-references";
import { shareResourcesOfCollection } from "@platz/db/queries/deployment-resources";
import { shareDeploymentsOfEnv } from "@platz/db/queries/deployments";
import { shareSecretsOfEnv } from "@platz/db/queries/secrets";
import {
  type EnvId,
  type FieldIssue,
  Invalid,
  type Json,
  type JsonObject,
  type KindId,
  type SecretSummary,
} from "@platz/domain";
import { z } from "zod";
import { type ComputedChart, chartComputer } from "../chart/chart-computer.ts";
import { unreadableForm } from "../chart/chart-extensions.ts";
import { filterText, isForKind, meetsFilters } from "../collection/item-filters.ts";
import { resourceCollectionNamed } from "../collection/resource-collection.ts";
import type { ServiceDependencies } from "../context.ts";
import { holdsSealed } from "../sealed/sealed-json.ts";

interface CheckedInputs {
  readonly envId: EnvId;
  /** The kind of deployment that they are for: a secret may be for some kinds only. */
  readonly kindId: KindId;
  /** The form that the inputs fill in, as it is stored; without one they are accepted as given. */
  readonly form: Json | null;
  /** The chart that the form is of. */
  readonly chart: ComputedChart;
  readonly inputs: JsonObject;
  /** What the inputs belong to, and which of its fields holds them, for messages. */
  readonly subject: string;
  readonly field: string;
}

/**
 * Refuses inputs that the form does not allow, or that refer to what they may not use: it is not in the env, does not
 * meet the filters of the form, or is a secret for other kinds. Names each input. Answers what they refer to; those items
 * cannot be deleted until the transaction ends.
 */
export async function checkInputs(
  context: Pick<ServiceDependencies, "db" | "computer">,
  checked: CheckedInputs,
): Promise<CollectionItem[]> {
  const { form, chart, inputs } = checked;
  if (form === null) return [];
  const result = await chartComputer(context).compute(chart, "checkInputs", { form, inputs });
  if (result === null) throw unreadableForm();
  const { issues, references } = result;
  if (issues.length > 0) throw refused(checked, issues);
  const misfits = await refusedReferences(context.db, checked, references);
  if (misfits.length > 0) throw refused(checked, misfits);
  return references.map(({ collection, itemId }) => ({ collection, itemId }));
}

/** Refuses what only the database may hold: a sealed part, which would be opened for whoever sends it. */
export function requirePlainInputs(
  subject: string,
  inputs: Readonly<Record<string, Json | undefined>>,
): void {
  const refused = Object.entries(inputs).filter(([, value]) => value !== undefined && holdsSealed(value));
  if (refused.length === 0) return;
  throw Invalid.fields(
    subject,
    refused.map(([field]) => ({ path: [field], message: 'must not hold an object with the key "$sealed"' })),
  );
}

/** Which of these references name nothing that they may name, each with what to do. */
async function refusedReferences(
  db: Queryable,
  { envId, kindId }: Pick<CheckedInputs, "envId" | "kindId">,
  references: readonly CollectionReference[],
): Promise<{ readonly input: string; readonly message: string }[]> {
  const present = await presentItems(db, envId, references);
  return references.flatMap(({ input, collection, itemId, filters }) => {
    const item = present.get(`${collection}/${itemId}`);
    const isFitting = item !== undefined && meetsFilters(collection, item.filtered, filters);
    const which = filters.length === 0 ? "" : ` ${filterText(filters)}`;
    if (!isFitting) return [{ input, message: `choose one of the ${collection} of the env${which}` }];
    if (isForKind(item, kindId)) return [];
    return [{ input, message: "is a secret that this kind of deployment may not use: choose another" }];
  });
}

interface PresentItem extends Pick<SecretSummary, "kindIds"> {
  readonly filtered: Parameters<typeof meetsFilters>[1];
}

/**
 * The items among these that can be referred to, by collection and id: secrets and deployments of the env that are not
 * being deleted, resources of the env, and those that were offered to it.
 */
async function presentItems(
  db: Queryable,
  envId: EnvId,
  references: readonly CollectionItem[],
): Promise<ReadonlyMap<string, PresentItem>> {
  // Only what can be an id at all is looked for.
  const idsIn = (name: string) =>
    references
      .filter(({ collection, itemId }) => collection === name && z.uuid().safeParse(itemId).success)
      .map(({ itemId }) => itemId);
  const secrets = await shareSecretsOfEnv(db, envId, idsIn("secrets"));
  const deployments = await shareDeploymentsOfEnv(db, envId, idsIn("deployments"));
  const resources = await Promise.all(
    [...new Set(references.map(({ collection }) => collection))].map(async (name) => {
      const collection = resourceCollectionNamed(name);
      if (collection === undefined) return [];
      const ids = await shareResourcesOfCollection(db, { envId, collection, ids: idsIn(name) });
      return ids.map((id): [string, PresentItem] => [`${name}/${id}`, { filtered: {}, kindIds: null }]);
    }),
  );
  return new Map([
    ...resources.flat(),
    ...secrets.map(({ id, collection, kindIds }): [string, PresentItem] => [
      `secrets/${id}`,
      { filtered: { collection }, kindIds },
    ]),
    ...deployments
      .filter(({ status }) => status !== "Deleting")
      .map(({ id, kindName, enabled }): [string, PresentItem] => [
        `deployments/${id}`,
        { filtered: { kind: kindName, enabled }, kindIds: null },
      ]),
  ]);
}

function refused(
  { subject, field }: CheckedInputs,
  issues: readonly { readonly input: string; readonly message: string }[],
): Invalid {
  return Invalid.fields(
    subject,
    issues.map(({ input, message }) => issue(field, input, message)),
  );
}

function issue(field: string, input: string, message: string): FieldIssue {
  return { path: [field, input], message };
}
