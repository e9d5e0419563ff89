/**
 * Namespaces, Deployments, StatefulSets, Jobs, Pods and records of releases: requests that stay open for as long as a
 * cluster is watched.
 */
export const WATCHES_PER_CLUSTER = 6;

/**
 * Bun opens only so many requests at once per process, 256 unless this variable says more when the process starts; the
 * others wait without a word. A process that watches many clusters must be started with it.
 */
export const REQUEST_LIMIT_VARIABLE = "BUN_CONFIG_MAX_HTTP_REQUESTS";

const REQUESTS_DEFAULT = 256;
/** Left for what is no watch. */
const REQUESTS_SPARE = 64;

/** What to tell whoever runs a process that cannot watch so many clusters at once; nothing when it can. */
export function requestLimitNotice(value: string | undefined, clusters: number): string | undefined {
  const set = Number(value ?? "");
  const limit = Number.isInteger(set) && set > 0 ? set : REQUESTS_DEFAULT;
  const needed = clusters * WATCHES_PER_CLUSTER + REQUESTS_SPARE;
  if (limit >= needed) return undefined;
  return `Watching ${clusters} clusters takes more open requests than ${limit}: start with ${REQUEST_LIMIT_VARIABLE}=${needed} or more.`;
}
