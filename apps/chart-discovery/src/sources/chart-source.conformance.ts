import { expect, test } from "bun:test";
import { until } from "../testing/until.ts";
import type { ChartSource, TagRef } from "./chart-source.ts";

/** A source, and ways to change what it looks at. */
export interface ChartSourceHarness {
  readonly source: ChartSource;
  readonly domain: string;
  readonly repository: string;
  /** Makes a tag name a chart of this version, and gives its digest. */
  publish(tag: string, version: string): Promise<string>;
  remove(tag: string): Promise<void>;
}

/** What every source must keep. */
export function chartSourceConformance(make: () => Promise<ChartSourceHarness>): void {
  test("a published chart is sighted, and can be pulled by its digest", async () => {
    const { source, domain, repository, publish } = await make();
    await using sightings = collect(source);
    const digest = await publish("1.0.0", "1.0.0");
    await sightings.of("1.0.0");
    expect(await source.digestOf({ domain, repository, tag: "1.0.0" })).toBe(digest);
    expect((await source.pull({ domain, repository, digest }))?.archive.length).toBeGreaterThan(0);
  });

  test("a tag that moves is sighted again", async () => {
    const { source, domain, repository, publish } = await make();
    await using sightings = collect(source);
    await publish("stable", "1.0.0");
    await sightings.of("stable");
    const digest = await publish("stable", "2.0.0");
    sightings.forget();
    await sightings.of("stable");
    expect(await source.digestOf({ domain, repository, tag: "stable" })).toBe(digest);
  });

  test("a tag that went has no digest", async () => {
    const { source, domain, repository, publish, remove } = await make();
    await using sightings = collect(source);
    await publish("1.0.0", "1.0.0");
    await sightings.of("1.0.0");
    await remove("1.0.0");
    expect(await source.digestOf({ domain, repository, tag: "1.0.0" })).toBeUndefined();
  });

  test("the signal ends the sightings", async () => {
    const { source, publish } = await make();
    await publish("1.0.0", "1.0.0");
    const sightings = collect(source);
    await sightings.of("1.0.0");
    await sightings[Symbol.asyncDispose]();
  });
}

function collect(source: ChartSource) {
  const stop = new AbortController();
  let seen: TagRef[] = [];
  const running = source.follow(stop.signal, (sighting) => {
    seen.push(sighting);
    sighting.settle?.();
  });
  return {
    of: (tag: string) => until(`a sighting of ${tag}`, () => seen.find((ref) => ref.tag === tag)),
    forget: () => {
      seen = [];
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
