import { describe, expect, test } from "bun:test";
import { digestOf } from "./digest-of.ts";
import { HELM_CONFIG_TYPE } from "./manifest.ts";
import { openRegistry } from "./open-registry.ts";
import { packageChart } from "./package-chart.ts";
import { pullChart } from "./pull-chart.ts";
import { pushChart } from "./push-chart.ts";
import { readChartArchive } from "./read-chart-archive.ts";
import { RegistryError } from "./registry-error.ts";
import { sampleChart } from "./testing/sample-chart.ts";
import { testRegistry } from "./testing/test-registry.ts";

describe("against a real registry", () => {
  test("a chart that was pushed is listed, resolved and pulled as it was", async () => {
    const { registry, prefix } = testRegistry();
    const repository = `${prefix}/paint-chart`;
    const archive = await packageChart(sampleChart("paint", "1.2.3+build.4"));
    const pushed = await pushChart(registry, archive, { repository });
    expect(pushed.tag).toBe("1.2.3_build.4");

    expect(await Array.fromAsync(registry.repositories())).toContain(repository);
    expect(await Array.fromAsync(registry.tags(repository))).toEqual([pushed.tag]);
    expect(await registry.resolve(repository, pushed.tag)).toBe(pushed.digest);
    const manifest = await registry.manifest(repository, pushed.tag);
    expect(manifest).toMatchObject({ digest: pushed.digest, configMediaType: HELM_CONFIG_TYPE });
    const pulled = await pullChart(registry, { repository, digest: pushed.digest });
    expect(pulled.archive).toEqual(archive);
    expect((await readChartArchive(pulled.archive)).name).toBe("paint");
  });

  test("pushing the same chart twice changes nothing, and another one under the tag moves it", async () => {
    const { registry, prefix } = testRegistry();
    const repository = `${prefix}/paint`;
    const archive = await packageChart(sampleChart("paint"));
    const first = await pushChart(registry, archive, { repository, tag: "stable" });
    expect(await pushChart(registry, archive, { repository, tag: "stable" })).toEqual(first);
    const other = await packageChart(sampleChart("paint", "2.0.0"));
    const second = await pushChart(registry, other, { repository, tag: "stable" });
    expect(await registry.resolve(repository, "stable")).toBe(second.digest);
    expect((await pullChart(registry, { repository, digest: first.digest })).archive).toEqual(archive);
  });

  test("what is no chart is no chart", async () => {
    const { registry, prefix } = testRegistry();
    const repository = `${prefix}/image`;
    const config = new TextEncoder().encode("{}");
    const digest = await registry.pushBlob(repository, config);
    const mediaType = "application/vnd.oci.image.config.v1+json";
    const raw = new TextEncoder().encode(
      JSON.stringify({ schemaVersion: 2, config: { mediaType, digest, size: 2 }, layers: [] }),
    );
    const pushed = await registry.pushManifest(repository, {
      tag: "latest",
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      raw,
    });
    expect((await registry.manifest(repository, "latest")).configMediaType).toBe(mediaType);
    await expect(pullChart(registry, { repository, digest: pushed })).rejects.toThrow(/is not a Helm chart/);
  });

  test("what is not there is not found", async () => {
    const { registry, prefix } = testRegistry();
    // A content that nobody has pushed: registries may share what is the same between repositories.
    const digest = await digestOf(crypto.getRandomValues(new Uint8Array(16)));
    const tries = [
      registry.manifest(`${prefix}/none`, "1.0.0"),
      registry.resolve(`${prefix}/none`, "1.0.0"),
      registry.blob(`${prefix}/none`, digest, { maxBytes: 10 }),
      Array.fromAsync(registry.tags(`${prefix}/none`)),
    ];
    for (const result of await Promise.allSettled(tries)) {
      expect(result).toMatchObject({ status: "rejected", reason: { kind: "not-found" } });
    }
  });
});

test.each(["../x", "a b", "", "A", "--help", "x?y=z", "x#y"])(
  "repository %p is refused before anything is asked",
  async (name) => {
    const registry = openRegistry({
      domain: "registry.example.com",
      fetch: () => Promise.reject(new Error("something was asked")),
    });
    await expect(registry.manifest(name, "1.0.0")).rejects.toThrow(
      /^".*" was refused: it must be a repository/,
    );
    await expect(registry.manifest("paint", `${name}/`)).rejects.toThrow(/must be a tag/);
    await expect(registry.blob("paint", name, { maxBytes: 1 })).rejects.toBeInstanceOf(RegistryError);
  },
);
