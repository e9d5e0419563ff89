import type { UngrantedObject } from "@platz/domain";

/** What the cluster did not let Helm's account do. */
export interface RefusedAccess extends UngrantedObject {
  /** A template has asked for it, and nothing was to be made. */
  readonly isLookup: boolean;
}

/** As the API server says that an account of a deployment may not do something. Where it is may stand in a secret, too. */
const refusal =
  /(?<plural>[a-z0-9.-]+)(?: "(?<name>[^"]*)")? is forbidden: User "system:serviceaccount:[^"]*:deployment-[0-9a-f-]{36}" cannot \w+ resource "[^"]*" in API group "(?<group>[^"]*)" (?:at the (?<cluster>cluster) scope|in the )(?:namespace "(?<namespace>[^"]*)")?/;
/** As Helm names the object, where it does. */
const named = /the resource (?<kind>\w+) "[^"]*" in /;

/** What of Helm's failure says that its account was refused something; nothing for any other failure. */
export function refusedAccess(failure: string): RefusedAccess | undefined {
  const found = refusal.exec(failure);
  if (found === null) return undefined;
  const { plural = "", name = "", group = "", namespace = null } = found.groups ?? {};
  const isLookup = failure.slice(0, found.index).includes("error calling lookup:");
  const elsewhere = found.groups?.["cluster"] === undefined ? "another namespace" : "the whole cluster";
  const place = namespace === null ? elsewhere : `the namespace ${namespace}`;
  const kind = isLookup
    ? "a lookup of"
    : (named.exec(failure)?.groups?.["kind"] ?? plural.split(".")[0] ?? plural);
  return {
    apiVersion: group === "" ? "v1" : group,
    kind,
    name: isLookup ? [plural.split(".")[0], name].filter(Boolean).join(" ") : name,
    namespace,
    why: isLookup ? `reads in ${place}` : `belongs to ${place}`,
    isLookup,
  };
}
