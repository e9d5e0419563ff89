import { afterAll, beforeAll, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { loadConfig } from "@platz/config";
import { deploymentKinds, helmCharts, helmRegistries, helmTagFormats } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { HELM_CHART_LAYER_TYPE, HELM_CONFIG_TYPE } from "@platz/oci";
import { signChart, signingKeys } from "@platz/oci/testing";
import { eq } from "drizzle-orm";
import { ChartDiscoverySettings } from "./settings.ts";
import { startChartDiscovery } from "./start-chart-discovery.ts";
import { type TestRepository, testRepository } from "./testing/test-charts.ts";
import { testLog } from "./testing/test-log.ts";
import { until } from "./testing/until.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

async function discovering(
  repository: TestRepository,
  url = `http://${repository.domain}`,
  more: Record<string, string> = {},
) {
  const { log, messages } = testLog();
  const settings = loadConfig(ChartDiscoverySettings, {
    ...more,
    PLATZ_OCI_REGISTRY_URL: url,
    PLATZ_OCI_POLL_INTERVAL: "100ms",
  });
  const { isWanted } = repository;
  const running = await startChartDiscovery({ ...settings, DATABASE_URL: db.url }, { log, db, isWanted });
  return { messages, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

async function chartsOf({ repository }: TestRepository) {
  const rows = await db.select().from(helmCharts);
  const registries = await db.select().from(helmRegistries);
  const ids = registries.filter(({ repoName }) => repoName === repository).map(({ id }) => id);
  return rows.filter(({ helmRegistryId }) => ids.includes(helmRegistryId));
}

const chartOf = (repository: TestRepository, tag: string) =>
  until(`a record of ${tag}`, async () =>
    (await chartsOf(repository)).find(({ imageTag }) => imageTag === tag),
  );

const features = "apiVersion: platz.io/v1beta2\nkind: Features\nspec:\n  ingress: {enabled: true}\n";

test("a chart appears with its extensions, its kind and its registry's name", async () => {
  const repository = testRepository("blue-paint-chart");
  await using _ = await discovering(repository);
  const { digest } = await repository.push("1.0.0", { "platz/features.yaml": features });
  const chart = await chartOf(repository, "1.0.0");
  expect(chart).toMatchObject({ imageDigest: digest, available: true, error: null, parsedVersion: "1.0.0" });
  expect(chart.features).toMatchObject({ spec: { ingress: { enabled: true } } });
  const registry = (await db.select().from(helmRegistries)).find(({ id }) => id === chart.helmRegistryId);
  expect(registry).toMatchObject({
    domainName: repository.domain,
    repoName: repository.repository,
    provider: "Oci",
  });
  const kind = (await db.select().from(deploymentKinds)).find(({ id }) => id === registry?.kindId);
  expect(kind?.name).toBe("BluePaint");
});

test("a chart without extensions is a chart without an error", async () => {
  const repository = testRepository();
  await using _ = await discovering(repository);
  await repository.push("v1.2.3-4-gabc12-main");
  expect(await chartOf(repository, "v1.2.3-4-gabc12-main")).toMatchObject({
    error: null,
    valuesUi: null,
    features: null,
    parsedVersion: "1.0.0",
    parsedBranch: "main",
    parsedCommit: "abc12",
    parsedRevision: null,
  });
});

test("a chart that was signed when it was pushed is recorded with the digest of its provenance file", async () => {
  const repository = testRepository();
  await using _ = await discovering(repository);
  const { digest } = await repository.push("1.0.0");
  expect(await chartOf(repository, "1.0.0")).toMatchObject({ provenanceDigest: null });
  const { raw } = await repository.registry.manifest(repository.repository, digest);
  const file = new TextEncoder().encode("-----BEGIN PGP SIGNED MESSAGE-----");
  const provenance = await repository.registry.pushBlob(repository.repository, file);
  const manifest = JSON.parse(new TextDecoder().decode(raw));
  const mediaType = "application/vnd.cncf.helm.chart.provenance.v1.prov";
  manifest.layers.push({ mediaType, digest: provenance, size: file.length });
  await repository.pushManifest("signed", manifest);
  expect(await chartOf(repository, "signed")).toMatchObject({ provenanceDigest: provenance });
});

test("a chart that is signed after it was pushed is found to be signed, and one that is signed anew by another key, too", async () => {
  const repository = testRepository();
  await using _ = await discovering(repository);
  const { digest } = await repository.push("1.0.0");
  const chart = await chartOf(repository, "1.0.0");
  const [first, second] = [signingKeys(), signingKeys()];
  const keys = [first, second].map(({ publicKey }, index) => ({ name: `key-${index}`, publicKey }));
  const ofChart = eq(helmRegistries.id, chart.helmRegistryId);
  await db.update(helmRegistries).set({ signingKeys: keys }).where(ofChart);
  await signChart(repository.registry, { repository: repository.repository, digest }, first.privateKey);
  const by = (key: string) => async () =>
    (await chartsOf(repository)).find(({ signature }) => signature?.key === key);
  await until("the first signature", by("key-0"));
  await signChart(repository.registry, { repository: repository.repository, digest }, second.privateKey);
  await until("the second signature", by("key-1"));
});

test("a broken extension file is told by file, and the good ones are kept", async () => {
  const repository = testRepository();
  await using _ = await discovering(repository);
  await repository.push("1.0.0", {
    "platz/features.yaml": features,
    "platz/values-ui.yaml": "inputs: [",
    "platz/actions.yaml": new Uint8Array([0xff, 0xfe]),
  });
  const { error, features: kept, valuesUi } = await chartOf(repository, "1.0.0");
  expect(error).toContain("platz/values-ui.yaml");
  expect(error).toContain("platz/actions.yaml: is not UTF-8");
  expect(kept).not.toBeNull();
  expect(valuesUi).toBeNull();
});

test("a chart of 0 bytes is recorded with the reason, and read as far as its tag goes", async () => {
  const repository = testRepository();
  await using _ = await discovering(repository);
  const config = await repository.registry.pushBlob(repository.repository, new TextEncoder().encode("{}"));
  const layer = await repository.registry.pushBlob(repository.repository, new Uint8Array(0));
  await repository.pushManifest("2.0.0", {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: HELM_CONFIG_TYPE, digest: config, size: 2 },
    layers: [{ mediaType: HELM_CHART_LAYER_TYPE, digest: layer, size: 0 }],
  });
  const chart = await chartOf(repository, "2.0.0");
  expect(chart).toMatchObject({ parsedVersion: "2.0.0", available: true });
  expect(chart.error).toStartWith("The chart is empty (0 bytes)");
});

test("a tag that moves makes a new chart, and the one before is not available any more", async () => {
  const repository = testRepository();
  await using _ = await discovering(repository);
  const first = await repository.push("stable");
  await chartOf(repository, "stable");
  const second = await repository.push("stable", { "values.yaml": "a: 1\n" });
  await until("the move", async () => (await chartsOf(repository)).length === 2);
  const available = (await chartsOf(repository)).map((chart) => [chart.imageDigest, chart.available]);
  expect(Object.fromEntries(available)).toEqual({ [first.digest]: false, [second.digest]: true });
});

test("a deleted tag takes its chart away and no other of the same digest; pushed again it is back, as one row", async () => {
  const repository = testRepository();
  await using _ = await discovering(repository);
  await repository.push("1.0.0");
  await repository.push("stable");
  await chartOf(repository, "1.0.0");
  await chartOf(repository, "stable");
  await repository.remove("1.0.0");
  await until("the removal", async () => !(await chartOf(repository, "1.0.0")).available);
  expect((await chartOf(repository, "stable")).available).toBe(true);
  await repository.push("1.0.0");
  await until("the return", async () => (await chartOf(repository, "1.0.0")).available);
  expect(await chartsOf(repository)).toHaveLength(2);
});

test("a tag that goes while nobody looks is noticed at the next start, and nothing is recorded twice", async () => {
  const repository = testRepository();
  await repository.push("1.0.0");
  await repository.push("2.0.0");
  {
    await using _ = await discovering(repository);
    await chartOf(repository, "1.0.0");
    await chartOf(repository, "2.0.0");
  }
  await repository.remove("1.0.0");
  await using _ = await discovering(repository);
  await until("the removal", async () => !(await chartOf(repository, "1.0.0")).available);
  expect(await chartsOf(repository)).toHaveLength(2);
});

test("an index manifest is passed over, and asked for once", async () => {
  const repository = testRepository();
  const asked: string[] = [];
  await using proxy = proxyTo(repository.domain, (request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    return undefined;
  });
  await using discovery = await discovering(repository, proxy.url);
  const mediaType = "application/vnd.oci.image.index.v1+json";
  await repository.pushManifest("multi", { schemaVersion: 2, mediaType, manifests: [] });
  const path = `/v2/${repository.repository}/manifests/`;
  await until("three looks", () => asked.filter((line) => line === `HEAD ${path}multi`).length >= 3);
  expect(asked.filter((line) => line.startsWith(`GET ${path}`))).toHaveLength(1);
  expect(await chartsOf(repository)).toEqual([]);
  expect(discovery.messages()).toEqual([]);
});

test("a registry that goes down and comes back costs two lines, and what was pushed meanwhile appears", async () => {
  const repository = testRepository();
  let isDown = false;
  await using proxy = proxyTo(repository.domain, () =>
    isDown ? new Response("down", { status: 503 }) : undefined,
  );
  await using discovery = await discovering(repository, proxy.url);
  await repository.push("1.0.0");
  await chartOf(repository, "1.0.0");
  isDown = true;
  await until("the outage", () => discovery.messages().some((line) => line.includes("cannot be looked for")));
  await repository.push("2.0.0");
  isDown = false;
  await chartOf(repository, "2.0.0");
  await until("the news", () => discovery.messages().includes("charts can be looked for again"));
  const told = discovery.messages().filter((line) => line.includes("looked for"));
  expect(told).toHaveLength(2);
  expect((await chartOf(repository, "1.0.0")).available).toBe(true);
});

test("a transfer that fails is tried again, and never recorded as the chart's fault", async () => {
  const repository = testRepository();
  let failures = 2;
  await using proxy = proxyTo(repository.domain, (request) =>
    request.url.includes("/blobs/") && failures-- > 0 ? new Response("no", { status: 502 }) : undefined,
  );
  await using _ = await discovering(repository, proxy.url);
  await repository.push("1.0.0");
  expect((await chartOf(repository, "1.0.0")).error).toBeNull();
  expect(failures).toBeLessThan(0);
});

test("charts of a registry with a sign-in are found by the logins of the registry configuration", async () => {
  const repository = testRepository();
  const header = `Basic ${btoa("platz:s3cret")}`;
  await using proxy = proxyTo(repository.domain, ({ headers }) =>
    headers.get("authorization") === header
      ? undefined
      : new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="charts"' } }),
  );
  const file = `${tmpdir()}/platz-registry-config-${crypto.randomUUID()}.json`;
  await using _file = { [Symbol.asyncDispose]: () => rm(file) };
  const { host } = new URL(proxy.url);
  await Bun.write(file, JSON.stringify({ auths: { [host]: { auth: btoa("platz:s3cret") } } }));
  await using discovery = await discovering(repository, proxy.url, { PLATZ_REGISTRY_CONFIG: file });
  await repository.push("1.0.0");
  expect(await chartOf(repository, "1.0.0")).toMatchObject({ error: null });
  expect(discovery.messages().join()).not.toContain("s3cret");
});

test("a repository whose name makes no kind is told, and takes nothing from others", async () => {
  const repository = testRepository("k".repeat(60));
  await using discovery = await discovering(repository);
  await repository.push("1.0.0");
  await until("the line", () => discovery.messages().some((line) => line.includes("no kind can be made")));
  expect(await chartsOf(repository)).toEqual([]);
});

test("charts that are there are read by a format that comes later, at once", async () => {
  const repository = testRepository();
  await using _ = await discovering(repository);
  const mark = crypto.randomUUID();
  await repository.push(`rel-${mark}`);
  expect(await chartOf(repository, `rel-${mark}`)).toMatchObject({ parsedBranch: null });
  await db.insert(helmTagFormats).values({ pattern: `^rel-(?P<branch>${mark})$` });
  await until("the new reading", async () => {
    const { parsedBranch } = await chartOf(repository, `rel-${mark}`);
    return parsedBranch === mark;
  });
});

test("a tag format that is no expression is told, and charts are recorded all the same", async () => {
  const repository = testRepository();
  await db.insert(helmTagFormats).values({ pattern: `(${crypto.randomUUID()}` });
  await using discovery = await discovering(repository);
  await repository.push("1.0.0");
  expect(await chartOf(repository, "1.0.0")).toMatchObject({ parsedVersion: "1.0.0" });
  expect(discovery.messages().some((line) => line.startsWith("a tag format is passed over"))).toBe(true);
});

/** A registry in front of the real one, that answers instead of it when the test says so. */
function proxyTo(domain: string, answer: (request: Request) => Response | undefined) {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      return answer(request) ?? fetch(`http://${domain}${pathname}${search}`, { method, headers });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.stop(true) };
}
