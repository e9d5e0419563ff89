import { afterAll, beforeAll, expect, test } from "bun:test";
import { parseChart } from "@platz/chart-ext";
import { helmCharts } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { NewKindDefault } from "@platz/domain";
import { eq } from "drizzle-orm";
import { ingestChart } from "./ingest-chart.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const log = { info() {}, warn() {} };
const nothing = NewKindDefault.parse("nothing");

/** Discovers a version of a chart whose one input is a secret, or is none. */
async function discovered(tag: string, { sensitive, day }: { sensitive: boolean; day: number }) {
  const form = `inputs: [{id: password, type: text, label: P, sensitive: ${sensitive}}]\noutputs: {values: []}\n`;
  const files = {
    "Chart.yaml": `apiVersion: v2\nname: vault\nversion: "${tag}"\n`,
    "platz/values-ui.yaml": form,
  };
  const found = {
    domainName: "registry.test",
    repoName: "vault",
    provider: "Oci",
    tag,
    digest: `sha256:${tag}`,
  } as const;
  const createdAt = new Date(Date.UTC(2030, 0, day));
  const fetch = async () => ({ createdAt, content: parseChart(new Map(Object.entries(files))) });
  await ingestChart({ db, log, fetch, newKindGrant: nothing }, found);
  const [chart] = await db.select().from(helmCharts).where(eq(helmCharts.imageTag, tag));
  return chart?.findings;
}

test("the version that drops the word sensitive is noted, beside the newest one before it", async () => {
  expect(await discovered("1.0.0", { sensitive: true, day: 1 })).toBeNull();
  expect(await discovered("2.0.0", { sensitive: false, day: 3 })).toContain("the earlier version 1.0.0");
  expect(await discovered("1.1.0", { sensitive: true, day: 2 })).toBeNull();
  expect(await discovered("3.0.0", { sensitive: false, day: 4 })).toBeNull();
});
