import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubeconfigYaml } from "./kubeconfig.ts";
import { testCluster } from "./testing/test-cluster.ts";

const cluster = await testCluster();
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "release-records-test-"));
  await mkdir(join(folder, "chart", "templates"), { recursive: true });
  await writeFile(join(folder, "kubeconfig"), kubeconfigYaml(cluster.connection), { mode: 0o600 });
  await writeFile(join(folder, "chart", "Chart.yaml"), "apiVersion: v2\nname: sample\nversion: 1.0.0\n");
  await writeFile(join(folder, "chart", "values.yaml"), "stuck: false\n");
  await writeFile(
    join(folder, "chart", "templates", "all.yaml"),
    `apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Release.Name }}" }
---
{{- if .Values.stuck }}
apiVersion: v1
kind: Pod
metadata: { name: "{{ .Release.Name }}" }
spec:
  nodeSelector: { "platz.test/nowhere": "true" }
  containers: [{ name: wait, image: "example.invalid/wait" }]
{{- end }}
`,
  );
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function upgrade(release: string, ...more: readonly string[]) {
  return Bun.spawn(
    [
      process.env["PLATZ_TEST_HELM"] ?? "helm",
      ...["upgrade", "--install", release, join(folder, "chart"), "--namespace", release],
      ...["--kubeconfig", join(folder, "kubeconfig"), ...more],
    ],
    { env: { HOME: folder }, stdout: "ignore", stderr: "pipe" },
  );
}

const records = (release: string) => cluster.client.listReleaseRecords({ namespace: release, release });

/** Kills Helm, as a lost machine would, once its record says that it is under way. */
async function killedMidway(release: string): Promise<void> {
  const helm = upgrade(release, "--labels", "platz-task=dead", "--set", "stuck=true", "--wait");
  const until = performance.now() + 20_000;
  while (!(await records(release))[0]?.status.startsWith("pending-")) {
    if (performance.now() > until) throw new Error("helm did not begin");
  }
  helm.kill("SIGKILL");
  await helm.exited;
}

test("a release's records are known by their labels, newest first, without their payload", async () => {
  const { name } = await cluster.newNamespace();
  expect(await records(name)).toEqual([]);
  for (const task of ["first", "second"])
    expect(await upgrade(name, "--labels", `platz-task=${task}`).exited).toBe(0);
  const found = await records(name);
  expect(found.map(({ revision, status, labels }) => [revision, status, labels["platz-task"]])).toEqual([
    [2, "deployed", "second"],
    [1, "superseded", "first"],
  ]);
  expect(JSON.stringify(found)).not.toContain("H4sI");
});

test.each(["install", "upgrade"])(
  "a killed %s leaves a lock, which is taken off so that Helm goes on",
  async (what) => {
    const { name } = await cluster.newNamespace();
    if (what === "upgrade") expect(await upgrade(name).exited).toBe(0);
    await killedMidway(name);
    const locked = upgrade(name);
    expect(await locked.exited).not.toBe(0);
    expect(await new Response(locked.stderr).text()).toContain("another operation");

    const [newest] = await records(name);
    expect(newest).toMatchObject({ status: `pending-${what}`, labels: { "platz-task": "dead" } });
    const secretName = newest?.secretName ?? "";
    await cluster.client.markReleaseFailed({ namespace: name, secretName, description: "its run died" });
    expect((await records(name))[0]).toMatchObject({ status: "failed", labels: { "platz-task": "dead" } });
    expect(await upgrade(name, "--labels", "platz-task=next").exited).toBe(0);
    expect((await records(name))[0]).toMatchObject({ status: "deployed", labels: { "platz-task": "next" } });
  },
);

test("a revision that is not under way is never marked failed", async () => {
  const { name } = await cluster.newNamespace();
  expect(await upgrade(name).exited).toBe(0);
  const [newest] = await records(name);
  await cluster.client.markReleaseFailed({
    namespace: name,
    secretName: newest?.secretName ?? "",
    description: "no",
  });
  expect((await records(name))[0]?.status).toBe("deployed");
});

test("a release name cannot widen the search", async () => {
  await expect(
    cluster.client.listReleaseRecords({ namespace: "default", release: "a,owner!=helm" }),
  ).rejects.toThrow();
});
