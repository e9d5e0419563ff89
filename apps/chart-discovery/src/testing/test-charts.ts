import { openRegistry, packageChart, pushChart, type Registry } from "@platz/oci";

/** The registry of the test run, as `host:port`. */
export function testRegistryDomain(): string {
  const domain = process.env["PLATZ_TEST_REGISTRY"];
  if (!domain) throw new Error("PLATZ_TEST_REGISTRY is not set; run the tests with `npm test`.");
  return domain;
}

/** A repository that no other test uses, and ways to fill it. */
export function testRepository(name = "paint-chart") {
  const domain = testRegistryDomain();
  const registry = openRegistry({ domain });
  const prefix = `test-${crypto.randomUUID()}`;
  const repository = `${prefix}/${name}`;
  return {
    domain,
    registry,
    repository,
    isWanted: (candidate: string) => candidate.startsWith(prefix),
    async push(tag: string, files: Record<string, string | Uint8Array> = {}) {
      const chart = { "Chart.yaml": "apiVersion: v2\nname: paint\nversion: 1.0.0\n", ...files };
      return await pushChart(registry, await packageChart(chart), { repository, tag });
    },
    /** A manifest as somebody else's tool may push it. */
    pushManifest: (tag: string, manifest: object) => pushRaw(registry, { repository, tag, manifest }),
    async remove(tag: string) {
      const url = `http://${domain}/v2/${repository}/manifests/${tag}`;
      const answer = await fetch(url, { method: "DELETE" });
      if (!answer.ok) throw new Error(`the registry did not delete: ${answer.status}`);
    },
  };
}

export type TestRepository = ReturnType<typeof testRepository>;

async function pushRaw(
  registry: Registry,
  { repository, tag, manifest }: { repository: string; tag: string; manifest: object },
): Promise<string> {
  const mediaType = "mediaType" in manifest ? String(manifest.mediaType) : "";
  const raw = new TextEncoder().encode(JSON.stringify(manifest));
  return await registry.pushManifest(repository, { tag, mediaType, raw });
}
