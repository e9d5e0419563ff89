import { cosignSignatures, type Registry, RegistryError } from "@platz/oci";
import type { Logger } from "@platz/telemetry";
import { isTransient } from "../is-transient.ts";
import type { OutageLog } from "../outage-log.ts";
import type { ChartSource, KnownTag, Sighting, TagRef } from "./chart-source.ts";
import { Freshness } from "./freshness.ts";
import { lookAgain } from "./look-again.ts";
import { chartOfDigest, digestOfTag } from "./registry-charts.ts";

export interface OciPollOptions {
  readonly registry: Registry;
  readonly intervalMs: number;
  /** A tag that has named the same for long is asked about again at least this often. */
  readonly recheckMs: number;
  /** Tags that are recorded, so that those which went while nobody looked are sighted too. */
  known(): Promise<readonly KnownTag[]>;
  /** Which repositories to look at; all when not given. */
  readonly isWanted?: ((repository: string) => boolean) | undefined;
  readonly outage: OutageLog;
  readonly log: Pick<Logger, "warn">;
}

/**
 * Looks through the lists of a whole registry again and again (workers spec 5.3), and sights tags that are new, that went,
 * and now and then those that may have moved. Waits longer and longer while the registry is away.
 */
export function createOciPoll(options: OciPollOptions): ChartSource {
  const { registry, outage } = options;
  const freshness = new Freshness(options.recheckMs);
  return {
    provider: "Oci",
    follow: (signal, sighted) =>
      lookAgain(
        async () => {
          for await (const sighting of sightAll(options, freshness)) sighted(sighting);
        },
        { intervalMs: options.intervalMs, outage, signal },
      ),
    async digestOf(ref) {
      const digest = await digestOfTag(registry, ref);
      freshness.saw(keyOf(ref), digest);
      return digest;
    },
    pull: (chart) => chartOfDigest(registry, chart),
    signaturesOf: (chart) => cosignSignatures(registry, chart),
  };
}

async function* sightAll(options: OciPollOptions, freshness: Freshness): AsyncIterable<Sighting> {
  const { registry, isWanted = () => true } = options;
  const known = (await options.known()).filter(({ repository }) => isWanted(repository));
  for (const { digest, createdAt, ...ref } of known) freshness.isOld(keyOf(ref), digest, createdAt);
  const sighted = new Set<string>();
  for await (const repository of registry.repositories()) {
    if (!isWanted(repository)) continue;
    for await (const tag of tagsOf(options, repository)) {
      const key = keyOf({ repository, tag });
      sighted.add(key);
      if (freshness.isDue(key)) yield { domain: registry.domain, repository, tag };
    }
  }
  for (const { domain, repository, tag } of known) {
    if (!sighted.has(keyOf({ repository, tag }))) yield { domain, repository, tag };
  }
}

const keyOf = ({ repository, tag }: Pick<TagRef, "repository" | "tag">) => `${repository}:${tag}`;

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
