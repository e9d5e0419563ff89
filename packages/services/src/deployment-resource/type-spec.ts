import { type ResourceTypeSpec, resourceTypeSpecOf } from "@platz/chart-ext";
import type { ResourceTypeOfKind } from "@platz/db/queries/deployment-resource-types";
import {
  type DeploymentResource,
  type DeploymentResourceId,
  type JsonObject,
  PreconditionFailed,
} from "@platz/domain";
import { isSealedJson } from "../sealed/sealed-json.ts";

/** What the chart says of a type. Throws `PreconditionFailed` for a stored one that cannot be read. */
export function specOf({ key, spec }: Pick<ResourceTypeOfKind, "key" | "spec">): ResourceTypeSpec {
  const read = resourceTypeSpecOf(spec);
  if (read) return read;
  throw new PreconditionFailed(
    `The resource type ${key} cannot be read: publish another version of its chart.`,
  );
}

/** Where the sealed properties of a resource stand. */
export function propsPlace(id: DeploymentResourceId): string {
  return `deployment_resources/${id}/props`;
}

/** A resource as everybody may see it: without its secrets. */
export function withoutSecretProps<Resource extends Pick<DeploymentResource, "props">>(
  resource: Resource,
): Resource {
  const entries = Object.entries(resource.props).filter(([, value]) => !isSealedJson(value));
  return { ...resource, props: Object.fromEntries(entries) };
}

/** One document laid over another: objects key by key, anything else replaces (API spec 6.13). */
export function mergedProps(before: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = { ...before };
  for (const [key, value] of Object.entries(over)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    merged[key] = isObject(old) && isObject(value) ? mergedProps(old, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
