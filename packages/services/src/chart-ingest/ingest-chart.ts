import type { Queryable } from "@platz/db";
import {
  ensureKind,
  ensureRegistry,
  findEarlierChart,
  findRegistryOfRepository,
  insertChart,
  listTagFormats,
  reviveChart,
  withdrawCharts,
} from "@platz/db/queries/chart-ingest";
import { type HelmRegistry, kindNameOfRepository, type NewKindDefault } from "@platz/domain";
import { platzItself } from "../audit/actor-fields.ts";
import { recordChange } from "../audit/record-change.ts";
import type { ServiceDatabase, ServiceLog } from "../context.ts";
import { grantNewKind } from "../kind-grant/grant-new-kind.ts";
import { judgeCharts } from "./judge-charts.ts";
import { parseTag } from "./parse-tag.ts";
import { type ChartContent, recordedChart } from "./recorded-chart.ts";

/** A tag of a repository, and what it names now. */
export interface FoundChart extends Pick<HelmRegistry, "domainName" | "repoName" | "provider"> {
  readonly tag: string;
  readonly digest: string;
}

/** The chart itself, for the case that it has to be recorded. */
export interface ChartToRecord {
  readonly createdAt: Date;
  readonly content: ChartContent;
  readonly provenanceDigest?: string | undefined;
}

export interface IngestDependencies {
  readonly db: ServiceDatabase;
  readonly log: ServiceLog;
  /** What kinds that are seen for the first time begin with. */
  readonly newKindGrant: NewKindDefault;
  /** Gets the chart: called only when it is not recorded. `null` when what the tag names is no chart at all. */
  fetch(): Promise<ChartToRecord | null>;
}

export type Ingested = "recorded" | "known" | "no-chart" | "no-kind";

/** A kind with one more character would leave no room for the shortest deployment name in a release name. */
const KIND_LENGTH_MAX = 51;

/**
 * Brings the records of a tag in line with what it names: once for each registry, digest and tag, however often it is
 * called. Charts that the tag named before are no longer available. Throws what `fetch` throws, and records nothing
 * then.
 */
export async function ingestChart(deps: IngestDependencies, found: FoundChart): Promise<Ingested> {
  const { db, log } = deps;
  const known = await findRegistryOfRepository(db, found);
  if (known !== undefined && (await settleKnown(db, known, found))) {
    if (known.signingKeys.length > 0) await judgeCharts(db, found, found.digest);
    return "known";
  }
  const kindName = kindNameOfRepository(found.repoName);
  if (known === undefined && (kindName === "" || kindName.length > KIND_LENGTH_MAX)) {
    log.warn(
      { repository: found.repoName, tag: found.tag },
      "charts of this repository are passed over: no kind can be made of its name; rename the repository",
    );
    return "no-kind";
  }
  const chart = await deps.fetch();
  if (chart === null) {
    if (known !== undefined) await withdrawCharts(db, { helmRegistryId: known.id, imageTag: found.tag });
    return "no-chart";
  }
  await record(deps, found, { chart, kindName });
  await judgeCharts(db, found, found.digest);
  return "recorded";
}

/** A tag is gone from its repository: what it named is no longer available. Says how many charts that were. */
export async function withdrawTag(
  db: ServiceDatabase,
  tag: Pick<FoundChart, "domainName" | "repoName" | "tag">,
): Promise<number> {
  const registry = await findRegistryOfRepository(db, tag);
  return registry === undefined
    ? 0
    : await withdrawCharts(db, { helmRegistryId: registry.id, imageTag: tag.tag });
}

async function settleKnown(db: ServiceDatabase, { id }: HelmRegistry, { tag, digest }: FoundChart) {
  return await db.transaction(async (tx) => {
    const isKnown = await reviveChart(tx, { helmRegistryId: id, imageTag: tag, imageDigest: digest });
    if (isKnown) await withdrawCharts(tx, { helmRegistryId: id, imageTag: tag, exceptDigest: digest });
    return isKnown;
  });
}

async function record(
  { db, log, newKindGrant }: IngestDependencies,
  { domainName, repoName, provider, tag, digest }: FoundChart,
  { chart, kindName }: { readonly chart: ChartToRecord; readonly kindName: string },
): Promise<void> {
  const parsed = parseTag(await listTagFormats(db), tag, ({ id, pattern }) => {
    log.warn({ tagFormatId: id, pattern }, "a tag format is passed over: its pattern cannot be used");
  });
  await db.transaction(async (tx) => {
    const repository = { domainName, repoName, provider };
    const registry =
      (await findRegistryOfRepository(tx, repository)) ??
      (await newRegistry(tx, repository, { kindName, newKindGrant }));
    const key = { helmRegistryId: registry.id, imageTag: tag };
    const earlier = await findEarlierChart(tx, { helmRegistryId: registry.id, createdAt: chart.createdAt });
    await insertChart(tx, {
      ...key,
      imageDigest: digest,
      createdAt: chart.createdAt,
      provenanceDigest: chart.provenanceDigest ?? null,
      signature: null,
      ...recordedChart(chart.content, parsed, earlier),
    });
    await withdrawCharts(tx, { ...key, exceptDigest: digest });
  });
}

/** The registry row of a repository that is seen for the first time. It and its kind, where that is new, are in the audit log. */
async function newRegistry(
  db: Queryable,
  repository: Pick<FoundChart, "domainName" | "repoName" | "provider">,
  { kindName, newKindGrant }: { readonly kindName: string } & Pick<IngestDependencies, "newKindGrant">,
): Promise<HelmRegistry> {
  const discovery = platzItself(db, "Platz (chart discovery)", "discovery.record");
  const kind = await ensureKind(db, kindName);
  if (kind.isNew) {
    const { id, name: label } = kind.row;
    await recordChange(discovery, { entity: "deployment_kinds", id, envId: null, label, after: kind.row });
    await grantNewKind(discovery, kind.row, newKindGrant);
  }
  const registry = await ensureRegistry(db, { ...repository, kindId: kind.row.id });
  if (registry.isNew) {
    const { id, domainName, repoName } = registry.row;
    const label = `${domainName}/${repoName}`;
    await recordChange(discovery, { entity: "helm_registries", id, envId: null, label, after: registry.row });
  }
  return registry.row;
}
