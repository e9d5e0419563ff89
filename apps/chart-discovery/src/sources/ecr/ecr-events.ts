import { cosignSignatures } from "@platz/oci";
import type { ChartSource } from "../chart-source.ts";
import { lookAgain } from "../look-again.ts";
import { chartOfDigest, digestOfTag } from "../registry-charts.ts";
import type { EcrEventsOptions, Sighted } from "./ecr-options.ts";
import type { EcrPlace } from "./ecr-registries.ts";
import { EventFollower } from "./event-follower.ts";

/**
 * Charts of ECR: events of pushes and deletions from an SQS queue (workers spec 5.2), and a look through the registries
 * now and then for what no event told of. A message stays in the queue until what it tells of is recorded; one that
 * cannot be is left for the queue of dead letters.
 */
export function createEcrEvents(options: EcrEventsOptions): ChartSource {
  const { registries } = options;
  return {
    provider: "Ecr",
    async follow(signal, sighted) {
      const events = new EventFollower(options, sighted);
      await Promise.all([events.follow(signal), reconcileAll(options, events.accounts, { signal, sighted })]);
    },
    digestOf: (tag) => digestOfTag(registries.registryOf(tag.domain), tag),
    async pull({ domain, repository, digest }) {
      const chart = await chartOfDigest(registries.registryOf(domain), { repository, digest });
      if (chart === null) return null;
      const pushedAt = await registries.pushedAt(domain, repository, digest);
      return { ...chart, createdAt: pushedAt ?? chart.createdAt };
    },
    signaturesOf: ({ domain, ...of }) => cosignSignatures(registries.registryOf(domain), of),
  };
}

/** Looks through every registry, each by itself: one that is away holds up no other. */
async function reconcileAll(
  options: EcrEventsOptions,
  accountsKnown: Promise<readonly string[]>,
  { signal, sighted }: { readonly signal: AbortSignal; readonly sighted: Sighted },
): Promise<void> {
  const { regions, region, reconcileMs, outageOf } = options;
  const places = (await accountsKnown).flatMap((account) =>
    (regions.length === 0 ? [region] : regions).map((each) => ({ account, region: each })),
  );
  await Promise.all(
    places.map((place) => {
      const outage = outageOf(`ECR of account ${place.account} in ${place.region}`);
      const look = () => reconcilePlace(options, place, sighted);
      return lookAgain(look, { intervalMs: reconcileMs, outage, signal });
    }),
  );
}

async function reconcilePlace(
  { registries, known, isWanted = () => true, outageOf }: EcrEventsOptions,
  place: EcrPlace,
  sighted: Sighted,
): Promise<void> {
  const domain = await registries.domainOf(place);
  const seen = new Set<string>();
  for await (const chart of registries.tagsOf(place, isWanted)) {
    seen.add(`${chart.repository}:${chart.tag}`);
    sighted({ domain, ...chart });
  }
  for (const { repository, tag } of await known(domain)) {
    if (isWanted(repository) && !seen.has(`${repository}:${tag}`)) sighted({ domain, repository, tag });
  }
  outageOf(domain).worked();
}
