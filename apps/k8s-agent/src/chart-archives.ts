import type { HelmChart, HelmRegistry } from "@platz/domain";
import { openRegistry, pullChart } from "@platz/oci";

const CACHE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Chart archives by the digest that discovery recorded, so that what is installed is what was looked at. The last ones
 * used are kept in memory: a digest always names the same content.
 */
export function chartArchives() {
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
    const client = openRegistry({ domain: registry.domainName, signal });
    const { archive } = await pullChart(client, { repository: registry.repoName, digest: chart.imageDigest });
    cache.set(chart.imageDigest, archive);
    bytes += archive.byteLength;
    for (const [digest, content] of cache) {
      if (bytes <= CACHE_BYTES_MAX) break;
      cache.delete(digest);
      bytes -= content.byteLength;
    }
    return archive;
  };
}
