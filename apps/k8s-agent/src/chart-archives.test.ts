import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setEnvironment, startAwsStub } from "@platz/aws/testing";
import { type HelmChart, HelmChartId, type HelmRegistry, HelmRegistryId, KindId } from "@platz/domain";
import { openRegistry, packageChart, pushChart } from "@platz/oci";
import { chartArchives } from "./chart-archives.ts";
import type { SoundChart } from "./sound-chart.ts";

const registry = process.env["PLATZ_TEST_REGISTRY"] ?? "";
const repository = `test-${crypto.randomUUID()}/paint-chart`;
const never = new AbortController().signal;
const settings = (file?: string) => ({ PLATZ_REGISTRY_CONFIG: file, PLATZ_OUTSIDE_SCHEMAS: "skip" as const });
let sound: SoundChart;
let digest: string;
let folder: string;
beforeAll(async () => {
  const archive = await packageChart({ "Chart.yaml": "apiVersion: v2\nname: paint\nversion: 1.0.0\n" });
  ({ digest } = await pushChart(openRegistry({ domain: registry }), archive, { repository, tag: "1.0.0" }));
  // The bytes are the same, since our own packages are packed as this one was.
  sound = { chartArchive: archive, skipSchemaValidation: false, outside: [], mentionsContainers: false };
  folder = await mkdtemp(join(tmpdir(), "platz-chart-archives-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The chart, as discovery recorded it of a registry at this address. */
function recorded(domainName: string, provider: HelmRegistry["provider"]): [HelmChart, HelmRegistry] {
  const helmRegistryId = HelmRegistryId.parse(crypto.randomUUID());
  const nothing = { valuesUi: null, actionsSchema: null, features: null, resourceTypes: null };
  const unread = { parsedVersion: null, parsedRevision: null, parsedBranch: null, parsedCommit: null };
  return [
    {
      id: HelmChartId.parse(crypto.randomUUID()),
      createdAt: new Date(),
      helmRegistryId,
      imageDigest: digest,
      imageTag: "1.0.0",
      available: true,
      error: null,
      findings: null,
      quarantine: null,
      provenanceDigest: null,
      signature: null,
      tagFormatId: null,
      ...nothing,
      ...unread,
    },
    {
      id: helmRegistryId,
      createdAt: new Date(),
      version: 1,
      domainName,
      repoName: repository,
      kindId: KindId.parse(crypto.randomUUID()),
      available: true,
      faIcon: "question",
      provider,
      signingKeys: [],
    },
  ];
}

test("a chart of a registry with a sign-in is pulled with the login of the registry configuration", async () => {
  const basic = `Basic ${btoa("platz:s3cret")}`;
  await using guarded = guardedBy(basic);
  const file = join(folder, "config.json");
  await writeFile(file, JSON.stringify({ auths: { [guarded.domain]: { auth: btoa("platz:s3cret") } } }));
  const [chart, of] = recorded(guarded.domain, "Oci");
  expect(await chartArchives(settings(file))(chart, of, never)).toEqual(sound);
  await expect(chartArchives(settings())(chart, of, never)).rejects.toMatchObject({ kind: "unauthorized" });
});

test("a chart of ECR is pulled with a login that AWS gives", async () => {
  await using aws = startAwsStub(["eu-west-1"], { registry });
  using _settings = setEnvironment(aws.environment);
  const [chart, of] = recorded(new URL(aws.endpoint).host, "Ecr");
  expect(await chartArchives(settings())(chart, of, never)).toEqual(sound);
});

/** The registry of the tests behind a sign-in. */
function guardedBy(authorization: string) {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch({ method, url, headers }) {
      if (headers.get("authorization") !== authorization) {
        return new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="charts"' } });
      }
      const { pathname, search } = new URL(url);
      return fetch(`http://${registry}${pathname}${search}`, { method });
    },
  });
  return { domain: `127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.stop(true) };
}
