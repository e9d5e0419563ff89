import type { CredentialGrant } from "../identity/credential-grant.ts";
import type { AccessScope } from "./access-scope.ts";

/** What is left of a caller's scope through this credential. A site admin's token for two envs governs these two. */
export function narrowScope(scope: AccessScope, { envIds }: CredentialGrant): AccessScope {
  if (envIds === null) return scope;
  const within = (ids: AccessScope["envs"]) =>
    ids === "all" ? envIds : ids.filter((id) => envIds.includes(id));
  return {
    ...scope,
    envs: within(scope.envs),
    adminOf: within(scope.isSiteAdmin ? "all" : scope.adminOf),
    isSiteAdmin: false,
  };
}
