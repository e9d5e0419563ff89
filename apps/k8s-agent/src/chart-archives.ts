import { ecrLogins, regionOfEcrDomain } from "@platz/aws";
import { type HelmChart, type HelmRegistry, OperationFailed } from "@platz/domain";
import { type CredentialsSource, credentialsOfConfig, Digest, openRegistry, pullChart } from "@platz/oci";
import type { ChartComputer } from "@platz/services";
import type { AgentSettings } from "./settings.ts";
import { type SoundChart, soundChart } from "./sound-chart.ts";

const CACHE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Charts by the digest that discovery recorded, so that what is installed is what was looked at. The last ones used are
 * kept in memory: a digest always names the same content. Throws `OperationFailed` for an archive that Helm must not be
 * given: too large, too many entries, links, paths that lead out of it.
 */
export function chartArchives(
  settings: Pick<AgentSettings, "PLATZ_REGISTRY_CONFIG" | "PLATZ_OUTSIDE_SCHEMAS">,
  computer?: ChartComputer,
) {
  const loginOf = loginsOf(settings.PLATZ_REGISTRY_CONFIG);
  const cache = new Map<string, SoundChart>();
  let bytes = 0;
  return async (chart: HelmChart, registry: HelmRegistry, signal: AbortSignal): Promise<SoundChart> => {
    const known = cache.get(chart.imageDigest);
    if (known !== undefined) {
      // Youngest last: the first ones go first.
      cache.delete(chart.imageDigest);
      cache.set(chart.imageDigest, known);
      return known;
    }
    if (!Digest.safeParse(chart.imageDigest).success) {
      // A registry would take it for a tag, which may name something else by now.
      throw new OperationFailed(
        `The chart ${chart.imageTag} was recorded without a digest: have it discovered again.`,
      );
    }
    const client = openRegistry({
      domain: registry.domainName,
      credentials: loginOf(registry),
      signal,
    });
    const { archive } = await pullChart(client, { repository: registry.repoName, digest: chart.imageDigest });
    const sound = await soundChart(archive, settings, { chart, computer });
    if (!cache.has(chart.imageDigest)) bytes += sound.chartArchive.byteLength;
    cache.set(chart.imageDigest, sound);
    for (const [digest, { chartArchive }] of cache) {
      if (bytes <= CACHE_BYTES_MAX) break;
      cache.delete(digest);
      bytes -= chartArchive.byteLength;
    }
    return sound;
  };
}

/** How to sign in to a registry: by AWS to ECR, to others as the registry configuration says. */
function loginsOf(registryConfig: string | undefined) {
  const ecr = ecrLogins();
  return ({ provider, domainName }: HelmRegistry): CredentialsSource | undefined => {
    if (provider === "Ecr") return () => ecr(regionOfEcrDomain(domainName));
    return registryConfig === undefined ? undefined : () => credentialsOfConfig(registryConfig, domainName);
  };
}
