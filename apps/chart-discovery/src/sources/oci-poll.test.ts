import { describe, expect, test } from "bun:test";
import { ChartArchiveError, HELM_CONFIG_TYPE, openRegistry } from "@platz/oci";
import { createOutageLog } from "../outage-log.ts";
import { testRepository } from "../testing/test-charts.ts";
import { testLog } from "../testing/test-log.ts";
import { chartSourceConformance } from "./chart-source.conformance.ts";
import { createOciPoll } from "./oci-poll.ts";

function pollOf(repository = testRepository()) {
  const { log } = testLog();
  const { registry, isWanted } = repository;
  const outage = createOutageLog(log, registry.domain);
  return createOciPoll({
    registry,
    isWanted,
    outage,
    log,
    intervalMs: 100,
    recheckMs: 100,
    known: async () => [],
  });
}

describe("OCI registry", () => {
  chartSourceConformance(async () => {
    const repository = testRepository();
    return {
      source: pollOf(repository),
      domain: repository.domain,
      repository: repository.repository,
      publish: async (tag, version) =>
        (await repository.push(tag, { "Chart.yaml": `apiVersion: v2\nname: paint\nversion: ${version}\n` }))
          .digest,
      remove: repository.remove,
    };
  });
});

test("tags that are recorded but not listed any more are sighted", async () => {
  const { domain, registry, isWanted, repository } = testRepository();
  const { log } = testLog();
  const stop = new AbortController();
  const outage = createOutageLog(log, registry.domain);
  const known = async () => [{ domain, repository, tag: "gone", digest: "", createdAt: new Date() }];
  const source = createOciPoll({ registry, isWanted, outage, log, intervalMs: 100, recheckMs: 100, known });
  const seen: unknown[] = [];
  await source.follow(stop.signal, (sighting) => {
    seen.push(sighting);
    stop.abort();
  });
  expect(seen).toEqual([{ domain, repository, tag: "gone" }]);
});

test("an image is no chart", async () => {
  const repository = testRepository();
  const config = new TextEncoder().encode("{}");
  const digest = await repository.registry.pushBlob(repository.repository, config);
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifestDigest = await repository.pushManifest("image", {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest, size: 2 },
    layers: [],
  });
  const pulled = await pollOf(repository).pull({ ...repository, digest: manifestDigest });
  expect(pulled).toBeNull();
});

test("a Helm manifest without a chart in it is its author's to put right", async () => {
  const repository = testRepository();
  const digest = await repository.registry.pushBlob(repository.repository, new TextEncoder().encode("{}"));
  const manifestDigest = await repository.pushManifest("empty", {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: HELM_CONFIG_TYPE, digest, size: 2 },
    layers: [],
  });
  const pull = pollOf(repository).pull({ ...repository, digest: manifestDigest });
  await expect(pull).rejects.toBeInstanceOf(ChartArchiveError);
});

test("a registry that is away is one line in the log, and stopping does not wait for it", async () => {
  const { log, messages } = testLog();
  const registry = openRegistry({ domain: "http://127.0.0.1:1" });
  const outage = createOutageLog(log, registry.domain);
  const source = createOciPoll({ registry, outage, log, intervalMs: 1, recheckMs: 1, known: async () => [] });
  const signal = AbortSignal.timeout(1500);
  const seen: unknown[] = [];
  await source.follow(signal, (sighting) => seen.push(sighting));
  expect(seen).toEqual([]);
  expect(messages()).toEqual(["charts cannot be looked for now; trying again until they can"]);
});
