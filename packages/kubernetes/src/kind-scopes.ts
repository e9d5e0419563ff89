import { isCustomGroup, type KnownScopes, scopeKey } from "@platz/domain";
import { z } from "zod";
import { isNotFound } from "./kubernetes-error.ts";
import type { Transport } from "./transport.ts";

const Resources = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

const apiVersionPattern = /^([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)\/([a-z0-9]+)$/;
const NAME_MAX = 253;
/** Groups that are asked for at once; a chart that names more gets no more. */
const VERSIONS_MAX = 30;

/**
 * Whether kinds belong to namespaces, of those API versions among the given that Kubernetes itself does not have. What the
 * cluster does not serve is left out.
 */
export async function kindScopes(
  transport: Transport,
  apiVersions: readonly string[],
  signal?: AbortSignal,
): Promise<KnownScopes> {
  const asked = [...new Set(apiVersions)].flatMap(customVersion).slice(0, VERSIONS_MAX);
  const found = await Promise.all(asked.map((version) => scopesOf(transport, version, signal)));
  return new Map(found.flat());
}

interface ApiVersion {
  readonly group: string;
  readonly version: string;
}

function customVersion(apiVersion: string): ApiVersion[] {
  const [, group, version] = apiVersionPattern.exec(apiVersion.slice(0, NAME_MAX)) ?? [];
  return group === undefined || version === undefined || !isCustomGroup(group) ? [] : [{ group, version }];
}

async function scopesOf(
  transport: Transport,
  { group, version }: ApiVersion,
  signal: AbortSignal | undefined,
): Promise<[string, "Cluster" | "Namespaced"][]> {
  try {
    const { resources } = await transport.json(Resources, { path: `/apis/${group}/${version}`, signal });
    return resources
      .filter(({ name }) => !name.includes("/"))
      .map(({ kind, namespaced }) => [scopeKey(group, kind), namespaced ? "Namespaced" : "Cluster"]);
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}
