import { describe, expect, test } from "bun:test";
import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeconfigError, loadKubeconfig } from "@platz/kubernetes";
import { clusterProviderConformance } from "./cluster-provider.conformance.ts";
import { localProvider } from "./local.ts";

const source = () => process.env["PLATZ_TEST_KUBECONFIG"] ?? "";

async function localHarness(context?: string) {
  const folder = await mkdtemp(join(tmpdir(), "local-provider-"));
  const kubeconfig = join(folder, "config");
  const away = join(folder, "away");
  await copyFile(source(), kubeconfig);
  return {
    kubeconfig,
    provider: localProvider({ kubeconfig, context }),
    breakSource: () => rename(kubeconfig, away),
    mendSource: () => rename(away, kubeconfig),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

describe("local kubeconfig", () => clusterProviderConformance(() => localHarness()));

const discover = async ({ provider }: Awaited<ReturnType<typeof localHarness>>) =>
  (await provider.discover(new AbortController().signal)).clusters;

test("the cluster is that of the file's current context, named after it (workers spec 3.2)", async () => {
  await using harness = await localHarness();
  const { context } = await loadKubeconfig(source());
  expect(await discover(harness)).toMatchObject([
    { providerId: `local:${context}`, name: context, regionName: "local" },
  ]);
});

test("a context that was named is used instead, and one that is not there is told with those that are", async () => {
  const { context } = await loadKubeconfig(source());
  await using named = await localHarness(context);
  const text = await readFile(named.kubeconfig, "utf8");
  await writeFile(named.kubeconfig, text.replace(/^current-context:.*$/m, "current-context: nothing"));
  expect(await discover(named)).toMatchObject([{ name: context }]);
  await using wrong = await localHarness("elsewhere");
  await expect(discover(wrong)).rejects.toThrow(`has no context elsewhere; it has: ${context}.`);
});

test.each(["", "{", "[]", "null", "a: &a [*a]", "clusters: 5", "\0", "current-context: x"])(
  "a file that holds %j is a sentence that names it, not a crash",
  async (text) => {
    await using harness = await localHarness();
    await writeFile(harness.kubeconfig, text);
    const failure = await discover(harness).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(KubeconfigError);
    expect((failure as KubeconfigError).message).toContain(harness.kubeconfig);
  },
);
