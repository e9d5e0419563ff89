import { findQuarantine } from "@platz/db/queries/chart-quarantine";
import { ChartArchiveError, digestOfSignatureTag } from "@platz/oci";
import type { Sandbox } from "@platz/sandbox";
import {
  type ChartToRecord,
  ingestChart,
  recordSignatures,
  type ServiceDatabase,
  withdrawTag,
} from "@platz/services";
import type { Logger } from "@platz/telemetry";
import { done, type Reconciler } from "@platz/worker";
import { readChart } from "./read-chart.ts";
import type { ChartDiscoverySettings } from "./settings.ts";
import type { ChartSource, TagRef } from "./sources/chart-source.ts";

/** A tag as a key: `domain/repository:tag`. A domain holds no slash, a tag no colon. */
export type TagKey = `${string}/${string}:${string}`;

export const keyOfTag = ({ domain, repository, tag }: TagRef): TagKey => `${domain}/${repository}:${tag}`;

export interface ChartReconcilerDependencies {
  readonly source: ChartSource;
  readonly db: ServiceDatabase;
  readonly log: Logger;
  readonly sandbox: Sandbox;
  readonly settings: Pick<ChartDiscoverySettings, "PLATZ_NEW_KIND_GRANT" | "PLATZ_OUTSIDE_SCHEMAS">;
}

export interface ChartReconciler extends Reconciler<TagKey> {
  /** Whether the records of a tag are right if it names this digest. */
  isSettled(key: TagKey, digest: string): boolean;
}

/** Brings the records of one tag in line with its registry. A tag that did not change costs one HEAD. */
export function chartReconciler(deps: ChartReconcilerDependencies): ChartReconciler {
  const { source, db, log, settings } = deps;
  const newKindGrant = settings.PLATZ_NEW_KIND_GRANT;
  /** What each tag named when its records were right. */
  const settled = new Map<TagKey, string>();
  return {
    name: "chart",
    isSettled: (key, digest) => settled.get(key) === digest,
    async reconcile(key) {
      const ref = tagOfKey(key);
      const { domain, repository, tag } = ref;
      const names = { domainName: domain, repoName: repository, tag };
      const digest = await source.digestOf(ref);
      if (digest === undefined) {
        settled.delete(key);
        if ((await withdrawTag(db, names)) > 0) log.info({ repository, tag }, "a chart is gone");
        return done;
      }
      if (settled.get(key) === digest) return done;
      const signed = digestOfSignatureTag(tag);
      if (signed !== undefined) {
        const signatures = await source.signaturesOf({ domain, repository, digest: signed });
        await recordSignatures(db, { domainName: domain, repoName: repository, digest: signed, signatures });
        settled.set(key, digest);
        return done;
      }
      const fetch = () => fetchChart(deps, { domain, repository, digest });
      const found = { ...names, provider: source.provider, digest };
      const result = await ingestChart({ db, log, fetch, newKindGrant }, found);
      settled.set(key, digest);
      if (result === "recorded") log.info({ repository, tag, digest }, "a chart is recorded");
      return done;
    },
  };
}

async function fetchChart(
  { source, ...reading }: ChartReconcilerDependencies,
  chart: Parameters<ChartSource["pull"]>[0],
): Promise<ChartToRecord | null> {
  try {
    const reason = await findQuarantine(reading.db, chart.digest);
    if (reason !== undefined) return unreadable(reason, true);
    const pulled = await source.pull(chart);
    if (pulled === null) return null;
    const { archive, createdAt = new Date(), provenanceDigest } = pulled;
    return { createdAt, content: await readChart(archive, reading), provenanceDigest };
  } catch (error) {
    if (!(error instanceof ChartArchiveError)) throw error;
    return unreadable(error.message, false);
  }
}

function unreadable(reason: string, isCostly: boolean): ChartToRecord {
  return { createdAt: new Date(), content: { unreadable: reason, isCostly } };
}

export function tagOfKey(key: TagKey): TagRef {
  const slash = key.indexOf("/");
  const colon = key.lastIndexOf(":");
  return {
    domain: key.slice(0, slash),
    repository: key.slice(slash + 1, colon),
    tag: key.slice(colon + 1),
  };
}
