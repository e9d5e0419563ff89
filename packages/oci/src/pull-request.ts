import { checked, RepositoryName } from "./references.ts";
import type { RegistryRequest } from "./registry-transport.ts";

/** A request to read something of a repository. Digests are of content as stored, so no transfer encoding is asked for. */
export function pullRequest(repository: string, path: string, what: string): RegistryRequest {
  const scope = `repository:${checked(RepositoryName, repository)}:pull`;
  const headers = { "accept-encoding": "identity" };
  return { method: "GET", path: `/v2/${repository}/${path}`, scope, what, headers };
}
