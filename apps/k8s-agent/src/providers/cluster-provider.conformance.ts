import { expect, test } from "bun:test";
import { openCluster } from "@platz/kubernetes";
import type { ClusterProvider } from "./cluster-provider.ts";

/** A provider with what it looks at in the hands of the suite. */
export interface ProviderHarness extends AsyncDisposable {
  readonly provider: ClusterProvider;
  /** Makes whatever the provider asks unavailable, with a cause that a person can be told. */
  breakSource(): Promise<void>;
  mendSource(): Promise<void>;
}

/** What every provider of clusters keeps. The harness has at least one cluster that can be reached. */
export function clusterProviderConformance(make: () => Promise<ProviderHarness>): void {
  const signal = new AbortController().signal;

  test("each cluster has an id of its own, a name and a region, and the same ones each time", async () => {
    await using harness = await make();
    const facts = async () =>
      (await harness.provider.discover(signal)).clusters.map(({ providerId, name, regionName }) => ({
        providerId,
        name,
        regionName,
      }));
    const found = await facts();
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ providerId }) => providerId)).size).toBe(found.length);
    for (const { providerId } of found) expect(harness.provider.owns(providerId)).toBe(true);
    expect(harness.provider.owns(`another:${found[0]?.providerId}`)).toBe(false);
    for (const each of found) for (const text of Object.values(each)) expect(text).not.toBe("");
    expect(await facts()).toEqual(found);
  });

  test("a cluster can be reached with the connection that it gives", async () => {
    await using harness = await make();
    const [cluster] = (await harness.provider.discover(signal)).clusters;
    if (cluster === undefined) throw new Error("no cluster was found");
    expect(await openCluster(await cluster.connect(signal)).version(signal)).toStartWith("v1.");
  });

  test("when clusters cannot be found out it says why, and finds them again afterwards", async () => {
    await using harness = await make();
    await harness.breakSource();
    const failure = await harness.provider.discover(signal).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toMatch(/^[A-Z].*\.$/);
    await harness.mendSource();
    expect((await harness.provider.discover(signal)).clusters).not.toEqual([]);
  });

  test("a connection is made afresh each time, so that what it finds is never an old credential", async () => {
    await using harness = await make();
    const [cluster] = (await harness.provider.discover(signal)).clusters;
    if (cluster === undefined) throw new Error("no cluster was found");
    await harness.breakSource();
    await expect(cluster.connect(signal)).rejects.toThrow(Error);
    await harness.mendSource();
    expect((await cluster.connect(signal)).server).toStartWith("https://");
  });
}
