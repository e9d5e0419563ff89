import {
  ChartArchiveError,
  defaultArchiveLimits,
  HELM_CHART_LAYER_TYPE,
  HELM_CONFIG_TYPE,
  type Manifest,
  pullChart,
  type Registry,
  RegistryError,
} from "@platz/oci";
import type { Logger } from "@platz/telemetry";
import { backoff, sleep } from "@platz/worker";
import { isTransient } from "../is-transient.ts";
import type { OutageLog } from "../outage-log.ts";
import type { ChartSource, TagRef } from "./chart-source.ts";

export interface OciPollOptions {
  readonly registry: Registry;
  readonly intervalMs: number;
  /** Tags that are recorded, so that those which went while nobody looked are sighted too. */
  known(): Promise<readonly TagRef[]>;
  /** Which repositories to look at; all when not given. */
  readonly isWanted?: ((repository: string) => boolean) | undefined;
  readonly outage: OutageLog;
  readonly log: Pick<Logger, "warn">;
}

/**
 * Looks through a whole registry again and again (workers spec 5.3), and sights every tag each time: what did not
 * change is for the looker to see by one HEAD. Waits longer and longer while the registry is away.
 */
export function createOciPoll(options: OciPollOptions): ChartSource {
  const { registry, outage } = options;
  return {
    provider: "Oci",
    domain: registry.domain,
    async *sightings(signal) {
      for (let failures = 0; !signal.aborted; ) {
        let waitMs = options.intervalMs;
        try {
          yield* sightAll(options);
          outage.worked();
          failures = 0;
        } catch (error) {
          if (signal.aborted) return;
          outage.failed(error);
          failures += 1;
          waitMs = Math.max(waitAfter(error), backoff(failures, { firstMs: 1000, maxMs: 30_000 }));
        }
        await sleep(waitMs, signal);
      }
    },
    async digestOf({ repository, tag }) {
      try {
        return await registry.resolve(repository, tag);
      } catch (error) {
        if (error instanceof RegistryError && error.kind === "not-found") return undefined;
        throw error;
      }
    },
    async pull({ repository, digest }) {
      const manifest = await registry.manifest(repository, digest);
      if (manifest.configMediaType !== HELM_CONFIG_TYPE) return null;
      requireOneChart(manifest);
      const { archive } = await pullChart(registry, { repository, digest }, { manifest });
      return { archive, createdAt: createdAtOf(manifest) };
    },
  };
}

async function* sightAll(options: OciPollOptions): AsyncIterable<TagRef> {
  const { registry, isWanted = () => true, known } = options;
  const sighted = new Set<string>();
  for await (const repository of registry.repositories()) {
    if (!isWanted(repository)) continue;
    for await (const tag of tagsOf(options, repository)) {
      sighted.add(`${repository}:${tag}`);
      yield { repository, tag };
    }
  }
  for (const ref of await known()) {
    if (isWanted(ref.repository) && !sighted.has(`${ref.repository}:${ref.tag}`)) yield ref;
  }
}

/** The tags of one repository. What is wrong with this one alone takes nothing from the others. */
async function* tagsOf({ registry, log }: OciPollOptions, repository: string): AsyncIterable<string> {
  try {
    yield* registry.tags(repository);
  } catch (error) {
    if (!(error instanceof RegistryError) || isTransient(error)) throw error;
    // Its last tag has gone: nothing to say.
    if (error.kind !== "not-found") log.warn({ error, repository }, "tags of a repository cannot be listed");
  }
}

function waitAfter(error: unknown): number {
  return error instanceof RegistryError ? Math.min(error.retryAfterMs ?? 0, 300_000) : 0;
}

/** Throws what is wrong with a chart's manifest for good, before `pullChart` would call it invalid. */
function requireOneChart({ layers }: Manifest): void {
  const [chart, ...more] = layers.filter(({ mediaType }) => mediaType === HELM_CHART_LAYER_TYPE);
  if (chart === undefined || more.length > 0) {
    throw new ChartArchiveError(
      "Its manifest must have exactly one chart in it; push the chart again with `helm push`.",
    );
  }
  const { archiveBytesMax } = defaultArchiveLimits;
  if (chart.sizeBytes > archiveBytesMax) {
    throw new ChartArchiveError(
      `The chart has ${chart.sizeBytes} bytes, more than the limit of ${archiveBytesMax}.`,
    );
  }
}

/** When the chart was packaged, as Helm notes it. What lies ahead of us would be the newest for ever, and is not taken. */
function createdAtOf({ annotations }: Manifest): Date | undefined {
  const noted = new Date(annotations["org.opencontainers.image.created"] ?? "");
  return noted.getTime() > 0 && noted.getTime() <= Date.now() ? noted : undefined;
}
