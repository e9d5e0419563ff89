import { findLiveDeployment } from "@platz/db/queries/reported-status";
import type { ClaimedChange } from "@platz/db/queries/resource-hooks";
import { type JsonObject, PreconditionFailed } from "@platz/domain";
import type { ServiceDependencies } from "../context.ts";
import { addressBelow, ingressOrigin } from "../deployment/ingress-origin.ts";
import { sealedTexts } from "../sealed/seal-sensitive.ts";
import { openJson } from "../sealed/sealed-json.ts";
import { propsPlace, specOf } from "./type-spec.ts";

/** What is sent to an application when one of its resources is created, changed or deleted. */
export interface HookRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly body: JsonObject;
  /** Texts that must appear nowhere. */
  readonly confidential: readonly string[];
}

/**
 * The request by which an application is told of a change (workers spec 4); nothing when its chart wants to hear of
 * none. Throws `PreconditionFailed` when it cannot be told now, with a message that says why.
 */
export async function buildHookRequest(
  { db, keyring }: Pick<ServiceDependencies, "db" | "keyring">,
  { resource, deploymentId, change, type }: ClaimedChange,
): Promise<HookRequest | undefined> {
  const target = specOf(type).lifecycle[change]?.target;
  if (!target) return undefined;
  const live = await findLiveDeployment(db, deploymentId);
  if (live === undefined) {
    throw new PreconditionFailed("The deployment is not installed: its application is told when it is.");
  }
  const origin = ingressOrigin(live.deployment, live.cluster);
  const props = await openJson(keyring, resource.props, propsPlace(resource.id));
  return {
    method: target.method,
    url: addressBelow(origin, target.path),
    body: bodyOf({ ...resource, props }),
    confidential: sealedTexts({ stored: resource.props, opened: props }),
  };
}

/** The whole resource, by the names that it has had on this wire since the first version. */
function bodyOf(resource: ClaimedChange["resource"]): JsonObject {
  return {
    id: resource.id,
    created_at: resource.createdAt.toISOString(),
    type_id: resource.typeId,
    deployment_id: resource.deploymentId,
    name: resource.name,
    exists: resource.exists,
    props: resource.props,
    sync_status: resource.syncStatus,
    sync_reason: resource.syncReason,
  };
}
