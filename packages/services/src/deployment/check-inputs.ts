import type { ChartForm } from "@platz/chart-ext";
import type { Queryable } from "@platz/db";
import type { CollectionItem } from "@platz/db/queries/deployment-references";
import { shareResourcesOfCollection } from "@platz/db/queries/deployment-resources";
import { shareDeploymentsOfEnv } from "@platz/db/queries/deployments";
import { shareSecretsOfEnv } from "@platz/db/queries/secrets";
import { type EnvId, type FieldIssue, Invalid, type Json, type JsonObject } from "@platz/domain";
import { z } from "zod";
import { resourceCollectionNamed } from "../collection/resource-collection.ts";
import { holdsSealed } from "../sealed/sealed-json.ts";

interface CheckedInputs {
  readonly envId: EnvId;
  /** The form that the inputs fill in; without one they are accepted as given. */
  readonly form: ChartForm | undefined;
  readonly inputs: JsonObject;
  /** What the inputs belong to, and which of its fields holds them, for messages. */
  readonly subject: string;
  readonly field: string;
}

/**
 * Refuses inputs that the form does not allow, or that refer to what is not in the env, naming each input. Answers
 * what they refer to; those items cannot be deleted until the transaction ends.
 */
export async function checkInputs(db: Queryable, checked: CheckedInputs): Promise<CollectionItem[]> {
  const { envId, form, inputs, subject, field } = checked;
  if (form === undefined) return [];
  const issues = form.check(inputs);
  if (issues.length > 0) throw refused(checked, issues);
  const references = form.references(inputs);
  const present = await presentItems(db, envId, references);
  const missing = references.filter(({ collection, itemId }) => !present.has(`${collection}/${itemId}`));
  if (missing.length === 0) return references.map(({ collection, itemId }) => ({ collection, itemId }));
  throw Invalid.fields(
    subject,
    missing.map(({ input, collection }) => issue(field, input, `choose one of the ${collection} of the env`)),
  );
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

/** The items among these that can be referred to: secrets and deployments of the env that are not being deleted. */
async function presentItems(
  db: Queryable,
  envId: EnvId,
  references: readonly CollectionItem[],
): Promise<ReadonlySet<string>> {
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
      return ids.map((id) => `${name}/${id}`);
    }),
  );
  return new Set([
    ...resources.flat(),
    ...secrets.map((id) => `secrets/${id}`),
    ...deployments.filter(({ status }) => status !== "Deleting").map(({ id }) => `deployments/${id}`),
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
