import { isUniqueViolation } from "@platz/db";
import { listDependantsOfAny } from "@platz/db/queries/deployment-references";
import { lockDeploymentResource, updateDeploymentResourceRow } from "@platz/db/queries/deployment-resources";
import { requestReinstalls } from "@platz/db/queries/reinstall-requests";
import {
  Conflict,
  type DeploymentResource,
  NotFound,
  PreconditionFailed,
  sameJson,
  type UpdateDeploymentResource,
} from "@platz/domain";
import { actorOf } from "../access/actor-of.ts";
import { countTaskOfDeployment } from "../access/task-quota.ts";
import { recordChange } from "../audit/record-change.ts";
import { requireSeenVersion } from "../audit/require-seen-version.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { openJson } from "../sealed/sealed-json.ts";
import { collectionsOf } from "./collections-of.ts";
import type { ResourcePlace } from "./require-resource-role.ts";
import { auditedResource, pendingAfter, resourcePlace } from "./resource-place.ts";
import { storedProps } from "./stored-props.ts";
import { mergedProps, propsPlace, withoutSecretProps } from "./type-spec.ts";

/**
 * Gives a resource another name or other properties, has the deployments that use it reinstalled, once each, and its
 * update hook called (API spec 6.13).
 */
export async function updateDeploymentResource(
  context: ServiceContext,
  input: UpdateDeploymentResource,
): Promise<DeploymentResource> {
  try {
    return await inTransaction(context, (context) => update(context, input));
  } catch (error) {
    if (!isUniqueViolation(error, "deployment_resources__type_name")) throw error;
    throw new Conflict(`There is a resource "${input.name}" of this type already: choose another name.`);
  }
}

async function update(
  context: ServiceContext,
  { id, version, name, props }: UpdateDeploymentResource,
): Promise<DeploymentResource> {
  const { db, scope, keyring } = context;
  const stored = await lockDeploymentResource(db, id, scope.envs);
  if (!stored) throw new NotFound("resource", id);
  const place = await resourcePlace(context, stored, "update");
  requireThere(stored);
  const label = `The ${place.spec.name_singular} ${stored.name}`;
  if (version !== undefined) await requireSeenVersion(context, { ...stored, label }, version);
  const opened = await openJson(keyring, stored.props, propsPlace(id));
  const wanted = { name: name ?? stored.name, props: mergedProps(opened, props ?? {}) };
  if (wanted.name === stored.name && sameJson(wanted.props, opened)) return withoutSecretProps(stored);
  const after = await updateDeploymentResourceRow(db, id, {
    name: wanted.name,
    props: await storedProps(context, place, {
      id,
      props: wanted.props,
      before: { stored: stored.props, opened },
    }),
    // The application cannot change what it has not been told of yet, or has not agreed to make.
    ...pendingAfter(place, stored.syncChange === "create" ? "create" : "update"),
  });
  if (!after) throw new NotFound("resource", id);
  await recordChange(context, { ...auditedResource(after, place), before: stored, after });
  await reinstallDependants(context, place, { before: stored, after });
  return withoutSecretProps(after);
}

function requireThere({ exists, syncStatus, name }: DeploymentResource): void {
  if (exists && syncStatus !== "Deleting") return;
  throw new PreconditionFailed(`${name} is being deleted, or has been.`);
}

async function reinstallDependants(
  context: ServiceContext,
  { type, spec }: ResourcePlace,
  { before, after }: { readonly before: DeploymentResource; readonly after: DeploymentResource },
): Promise<void> {
  const dependants = await listDependantsOfAny(context.db, collectionsOf(type, after.id));
  if (dependants.length > 0) await countTaskOfDeployment(context);
  const what = before.name === after.name ? "updated" : `renamed to ${after.name}`;
  await requestReinstalls(
    context.db,
    dependants.filter(({ enabled }) => enabled).map(({ id }) => id),
    { reason: `${spec.name_singular} ${before.name} was ${what}`, actor: actorOf(context) },
  );
}
