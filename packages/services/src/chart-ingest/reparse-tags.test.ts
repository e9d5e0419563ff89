import { afterAll, beforeAll, expect, test } from "bun:test";
import { parseChart } from "@platz/chart-ext";
import { helmCharts, helmTagFormats } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { NewKindDefault } from "@platz/domain";
import { eq } from "drizzle-orm";
import { createTagFormat } from "../tag-format/create.ts";
import { deleteTagFormat } from "../tag-format/delete.ts";
import { createTestWorld, type TestWorld } from "../testing.ts";
import { ingestChart } from "./ingest-chart.ts";
import type { ChartContent } from "./recorded-chart.ts";
import { reparseTags } from "./reparse-tags.ts";

const silent = { info: () => {}, warn: () => {} };
let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
  await reparseTags({ db, log: silent });
});
afterAll(() => db[Symbol.asyncDispose]());

const readable = (annotations = ""): ChartContent =>
  parseChart(new Map([["Chart.yaml", `apiVersion: v2\nname: paint\nversion: 9.9.9\n${annotations}`]]));

/** Records a chart as discovery does, and gives what is recorded of its tag. */
async function recorded(tag: string, content: ChartContent) {
  const repoName = `tags/paint-${crypto.randomUUID()}`;
  const digest = `sha256:${crypto.randomUUID().replaceAll("-", "").repeat(2)}`;
  const fetch = async () => ({ createdAt: new Date(), content });
  const found = { domainName: "registry.example.com", repoName, provider: "Oci", tag, digest } as const;
  const newKindGrant = NewKindDefault.parse("nothing");
  await ingestChart({ db, log: silent, fetch, newKindGrant }, found);
  return async () => {
    const [row] = await db.select().from(helmCharts).where(eq(helmCharts.imageDigest, digest));
    return row;
  };
}

test("a new format is read by of every chart that is there, as if it had been there first", async () => {
  const mark = crypto.randomUUID();
  const tag = `rel_2.0.0_${mark}`;
  const plain = await recorded(tag, readable());
  const annotated = await recorded(tag, readable("annotations: {platz.io/git/branch: mine}\n"));
  const broken = await recorded(tag, { unreadable: "it is empty" });
  expect(await plain()).toMatchObject({ tagFormatId: null, parsedVersion: "9.9.9", parsedBranch: null });

  const pattern = `^rel_(?P<version>[0-9.]+)_(?P<branch>${mark})$`;
  const { id } = await createTagFormat(world.siteAdmin, { pattern });
  expect(await reparseTags({ db, log: silent })).toBe(3);
  expect(await plain()).toMatchObject({
    tagFormatId: id,
    parsedVersion: "9.9.9",
    parsedRevision: null,
    parsedBranch: mark,
  });
  // What the author says does not choose who follows the chart, where its tag says it.
  expect(await annotated()).toMatchObject({ tagFormatId: id, parsedBranch: mark });
  expect(await broken()).toMatchObject({
    tagFormatId: id,
    parsedVersion: "2.0.0",
    parsedRevision: "",
    parsedBranch: mark,
  });

  const late = await recorded(tag, readable());
  expect(await late()).toMatchObject({ tagFormatId: id, parsedVersion: "9.9.9", parsedBranch: mark });
  expect(await reparseTags({ db, log: silent })).toBe(0);
});

test("a format in use can be removed: its charts are read by the others, or by none", async () => {
  const mark = crypto.randomUUID();
  const older = await createTagFormat(world.siteAdmin, { pattern: `^(?P<branch>${mark})-.*$` });
  const newer = await createTagFormat(world.siteAdmin, { pattern: `^${mark}-(?P<commit>[a-z]+)$` });
  const plain = await recorded(`${mark}-abc`, readable());
  const broken = await recorded(`${mark}-abc`, { unreadable: "it is empty" });
  expect(await plain()).toMatchObject({ tagFormatId: newer.id, parsedCommit: "abc", parsedBranch: "" });

  await deleteTagFormat(world.siteAdmin, newer.id);
  expect(await plain()).toMatchObject({ tagFormatId: older.id, parsedCommit: "", parsedBranch: mark });
  await deleteTagFormat(world.siteAdmin, older.id);
  expect(await plain()).toMatchObject({
    tagFormatId: null,
    parsedVersion: "9.9.9",
    parsedCommit: null,
    parsedBranch: null,
  });
  expect(await broken()).toMatchObject({ tagFormatId: null, parsedVersion: null, parsedRevision: null });
});

test("more charts than fit one page are all read anew, and a broken format is told of once", async () => {
  const mark = crypto.randomUUID();
  const first = await recorded(`${mark}-0`, readable());
  const row = await first();
  if (row === undefined) throw new Error("it was not recorded");
  const { id: _, ...chart } = row;
  await db.insert(helmCharts).values(
    Array.from({ length: 1200 }, (_, index) => ({
      ...chart,
      imageTag: `${mark}-${index + 1}`,
    })),
  );
  await db.insert(helmTagFormats).values({ pattern: `(${mark}` });
  await createTagFormat(world.siteAdmin, { pattern: `^(?P<branch>${mark})-[0-9]+$` });
  const warnings: unknown[] = [];
  expect(await reparseTags({ db, log: { ...silent, warn: (fields) => void warnings.push(fields) } })).toBe(
    1201,
  );
  expect(warnings).toHaveLength(1);
});

test("what the author says of branch and commit counts where the tag says nothing of it, whatever formats come and go", async () => {
  const mark = crypto.randomUUID();
  const annotations = readable("annotations: {platz.io/git/branch: mine, platz.io/git/commit: abc}\n");
  const tag = `${mark}_main`;
  const chart = await recorded(tag, annotations);
  expect(await chart()).toMatchObject({ tagFormatId: null, parsedBranch: "mine", parsedCommit: "abc" });
  const silentOfBranch = await createTagFormat(world.siteAdmin, { pattern: `^${mark}_(?P<version>[a-z]+)$` });
  await reparseTags({ db, log: silent });
  const bySilent = { tagFormatId: silentOfBranch.id, parsedBranch: "mine", parsedCommit: "abc" };
  expect(await chart()).toMatchObject(bySilent);
  expect(await (await recorded(tag, annotations))()).toMatchObject(bySilent);
  expect(await reparseTags({ db, log: silent })).toBe(0);
  const ofBranch = await createTagFormat(world.siteAdmin, { pattern: `^${mark}_(?P<branch>[a-z]+)$` });
  await deleteTagFormat(world.siteAdmin, silentOfBranch.id);
  const byBranch = { tagFormatId: ofBranch.id, parsedBranch: "main", parsedCommit: "abc" };
  expect(await chart()).toMatchObject(byBranch);
  expect(await (await recorded(tag, annotations))()).toMatchObject(byBranch);
});
