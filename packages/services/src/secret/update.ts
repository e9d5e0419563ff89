import { isUniqueViolation } from "@platz/db";
import { listDependants } from "@platz/db/queries/deployment-references";
import { requestReinstalls } from "@platz/db/queries/reinstall-requests";
import { lockSecret, updateSecretRow } from "@platz/db/queries/secrets";
import {
  Conflict,
  type KindId,
  NotFound,
  type SecretSummary,
  sameJson,
  type UpdateSecret,
} from "@platz/domain";
import { actorOf } from "../access/actor-of.ts";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { requireSeenVersion } from "../audit/require-seen-version.ts";
import { isForKind } from "../collection/item-filters.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { deploymentLabels } from "../deployment/deployment-label.ts";
import { auditedSecret } from "./audited-secret.ts";
import { requireKinds } from "./require-kinds.ts";
import { secretPlace } from "./secret-place.ts";

/**
 * Gives a secret another name, other contents, or to other kinds, and has the deployments that use it reinstalled (API
 * spec 6.11).
 */
export async function updateSecret(context: ServiceContext, input: UpdateSecret): Promise<SecretSummary> {
  try {
    return await inTransaction(context, (context) => update(context, input));
  } catch (error) {
    if (isUniqueViolation(error, "secrets__env_collection_name")) {
      throw new Conflict(`The collection has a secret "${input.name}" already: choose another name.`);
    }
    throw error;
  }
}

async function update(
  context: ServiceContext,
  { id, version, name, contents, kindIds }: UpdateSecret,
): Promise<SecretSummary> {
  const { db, keyring, scope } = context;
  const before = await lockSecret(db, id, scope.envs);
  if (!before) throw new NotFound("secret", id);
  requireEnvAdmin(context, before.envId, "change secrets");
  const label = `The secret ${before.name}`;
  if (version !== undefined) await requireSeenVersion(context, { ...before, label }, version);
  const hasSameKinds = kindIds === undefined || sameJson(kindIds, before.kindIds);
  if (contents === undefined && (name === undefined || name === before.name) && hasSameKinds) return before;
  if (!hasSameKinds) await requireUsable(context, before, kindIds);
  const sealed = contents === undefined ? undefined : await keyring.seal(contents, secretPlace(id));
  const after = await updateSecretRow(db, id, { name, kindIds, contents: sealed });
  if (!after) throw new NotFound("secret", id);
  await recordChange(context, {
    ...auditedSecret(after),
    before: { name: before.name, kindIds: before.kindIds, contents: sealed && "before" },
    after: { name: after.name, kindIds: after.kindIds, contents: sealed && "after" },
  });
  const dependants = await listDependants(db, { collection: "secrets", itemId: id });
  await requestReinstalls(
    db,
    dependants.filter(({ enabled }) => enabled).map((dependant) => dependant.id),
    {
      reason: `secret ${before.name} of collection ${before.collection} was updated`,
      actor: actorOf(context),
    },
  );
  return after;
}

/** Refuses to take a secret from a kind whose deployments use it. */
async function requireUsable(
  { db }: ServiceContext,
  { id, name }: SecretSummary,
  kindIds: readonly KindId[] | null = null,
): Promise<void> {
  await requireKinds(db, kindIds);
  const dependants = await listDependants(db, { collection: "secrets", itemId: id });
  const others = dependants.filter(({ kindId }) => !isForKind({ kindIds: kindIds && [...kindIds] }, kindId));
  if (others.length === 0) return;
  throw new Conflict(
    `The secret ${name} is used by ${deploymentLabels(others)}: take it out of their inputs before it is kept from their kind.`,
  );
}
