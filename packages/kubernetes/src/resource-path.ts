import { Invalid } from "@platz/domain";

/** What stands at the end of a path: a collection, or one object of it. */
export interface ResourceAddress {
  /** `api/v1`, or `apis/<group>/<version>`. */
  readonly api: "api/v1" | "apis/apps/v1" | "apis/batch/v1" | "apis/rbac.authorization.k8s.io/v1";
  readonly namespace?: string;
  readonly collection: string;
  readonly name?: string;
}

/** DNS-1123, as the API server wants the names of what is handled here. */
const namePattern = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const NAME_CHARACTERS_MAX = 253;

/**
 * The path of a resource. Throws `Invalid` for a name that the API server would not take: an empty name or `..` in a
 * path would otherwise turn the deletion of one object into that of all, or of the namespace around it.
 */
export function resourcePath({ api, namespace, collection, name }: ResourceAddress): string {
  const within = namespace === undefined ? "" : `/namespaces/${checkedName(namespace)}`;
  const object = name === undefined ? "" : `/${checkedName(name)}`;
  return `/${api}${within}/${collection}${object}`;
}

/** A name that is safe in a path and in a selector. */
export function checkedName(name: string): string {
  if (name.length > NAME_CHARACTERS_MAX || !namePattern.test(name)) {
    throw new Invalid("A Kubernetes name has lower-case letters, digits, dashes and dots only.");
  }
  return name;
}
