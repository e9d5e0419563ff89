import { ecrLogins, regionOfEcrDomain } from "@platz/aws";
import { type HelmChart, type HelmRegistry, OperationFailed } from "@platz/domain";
import {
  ChartArchiveError,
  type CredentialsSource,
  credentialsOfConfig,
  Digest,
  openRegistry,
  pullChart,
  readChartArchive,
} from "@platz/oci";

const CACHE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Chart archives by the digest that discovery recorded, so that what is installed is what was looked at. The last ones
 * used are kept in memory: a digest always names the same content. Throws `OperationFailed` for an archive that Helm
 * must not be given: too large, too many entries, links, paths that lead out of it.
 */
export function chartArchives(registryConfig?: string) {
  const loginOf = loginsOf(registryConfig);
  const cache = new Map<string, Uint8Array>();
  let bytes = 0;
  return async (chart: HelmChart, registry: HelmRegistry, signal: AbortSignal): Promise<Uint8Array> => {
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
    await requireSound(archive);
    if (!cache.has(chart.imageDigest)) bytes += archive.byteLength;
    cache.set(chart.imageDigest, archive);
    for (const [digest, content] of cache) {
      if (bytes <= CACHE_BYTES_MAX) break;
      cache.delete(digest);
      bytes -= content.byteLength;
    }
    return archive;
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

async function requireSound(archive: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    await readChartArchive(archive);
  } catch (error) {
    if (error instanceof ChartArchiveError) throw new OperationFailed(error.message, { cause: error });
    throw error;
  }
}
