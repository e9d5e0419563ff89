import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { NothingChanged } from "@platz/domain";
import { JobHost as ClusterJobs, loadKubeconfig, openCluster } from "@platz/kubernetes";
import { findRelease } from "../find-release.ts";
import type { HelmRequest } from "../helm-request.ts";
import { helmRunnerConformance } from "../helm-runner.conformance.ts";
import { packageChart } from "../testing/package-chart.ts";
import { eventually } from "../testing/processes.ts";
import { configMap, neverReady, notes } from "../testing/sample-charts.ts";
import { testSetting } from "../testing/test-setting.ts";
import type { JobHost } from "./job-host.ts";
import { type JobRunnerOptions, jobRunner } from "./job-runner.ts";

const namespace = `helm-jobs-${crypto.randomUUID().slice(0, 8)}`;
let kubeconfig: string;
let host: ClusterJobs;
let cluster: ReturnType<typeof openCluster>;

beforeAll(async () => {
  kubeconfig = await readFile(testSetting("PLATZ_TEST_KUBECONFIG"), "utf8");
  const connection = await loadKubeconfig(testSetting("PLATZ_TEST_KUBECONFIG"));
  cluster = openCluster(connection);
  host = new ClusterJobs(connection, namespace);
  await cluster.createNamespace({ name: namespace, deploymentId: crypto.randomUUID() });
});
afterAll(() => cluster.deleteNamespace(namespace));

/** Jobs that really run, on the node of the test run that runs pods. */
function runner(more: Partial<JobRunnerOptions> = {}) {
  return jobRunner({
    host,
    image: "platz.test/helm",
    nodeSelector: { "platz.test/runs-pods": "true" },
    tolerations: [{ key: "platz.test/runs-pods", operator: "Exists" }],
    ...more,
  });
}

/** The host, in which a test does some things differently. */
const hostThat = (differs: Partial<JobHost>): JobHost => ({
  listJobs: (labels) => host.listJobs(labels),
  createJob: (manifest) => host.createJob(manifest),
  createSecret: (manifest) => host.createSecret(manifest),
  beginJob: (job) => host.beginJob(job),
  suspendJob: (name) => host.suspendJob(name),
  deleteJob: (name) => host.deleteJob(name),
  watchJob: (label, watcher, signal) => host.watchJob(label, watcher, signal),
  podLog: (pod, since, signal) => host.podLog(pod, since, signal),
  ...differs,
});

/** The Jobs of a task. */
const jobsOf = (task: string) => host.listJobs({ "platz-task": task });
const barred = (jobs: Awaited<ReturnType<typeof jobsOf>>) =>
  jobs.map(({ name, labels }) => [name.slice(-1), labels["platz-barred"]]);

type Install = Extract<HelmRequest, { command: "upgrade-install" }>;

async function install(release: string, chart: Readonly<Record<string, string>>): Promise<Install> {
  return {
    command: "upgrade-install",
    kubeconfig,
    release,
    namespace,
    chartArchive: await packageChart(chart),
    skipSchemaValidation: false,
    values: [JSON.stringify({ text: "hello" })],
  };
}

/** Helm waits for the hook: one that is stopped while it still writes its record may leave that pending. */
const isPending = (release: string) => async () => {
  const [newest] = await cluster.listReleaseRecords({ namespace, release });
  const isWaiting = (await host.listJobs({})).some(({ name }) => name === `${release}-hook`);
  return isWaiting && newest?.status === "pending-install";
};

describe("a Job keeps what every runner must", () => {
  helmRunnerConformance(() => ({ runner: runner(), kubeconfig }));

  test("nothing of all these runs is left but what bars earlier attempts", async () => {
    await eventually("the Jobs and their Secrets are gone", async () => {
      const jobs = await host.listJobs({ "app.kubernetes.io/managed-by": "platz" });
      const secrets = await cluster.listManagedSecrets(namespace);
      return secrets.length === 0 && jobs.every(({ labels }) => labels["platz-barred"] === "yes");
    });
  });
});

/** A hook that no node takes, and that fails after some seconds: until then Helm waits. */
const gated = (seconds: number) => ({
  ...notes,
  "hook.yaml": neverReady["hook.yaml"].replace("spec:\n", `spec:\n  activeDeadlineSeconds: ${seconds}\n`),
});

/** Starts a run, and lets go of it while Helm waits. */
async function abandoned(release: string, task: string, seconds = 600) {
  const letGo = new AbortController();
  const lines: string[] = [];
  const running = runner().run(await install(release, gated(seconds)), {
    identity: { task, attempt: 1 },
    killSignal: letGo.signal,
    onOutput: ({ text }) => void lines.push(text),
  });
  await eventually("Helm waits", isPending(release));
  letGo.abort();
  expect(await running).toMatchObject({ exit: null, cancelled: true });
  return lines;
}

describe("a run whose owner is gone", () => {
  test("goes on, and is followed to its end by the next attempt, which says how it ended", async () => {
    const task = crypto.randomUUID();
    await abandoned("taken-up", task, 3);
    expect((await jobsOf(task)).map(({ pods }) => pods)).toEqual([1]);
    const attached: number[] = [];
    const result = await runner().resume({
      identity: { task, attempt: 2 },
      onAttached({ attempt }) {
        attached.push(attempt);
        return 0;
      },
    });
    expect(attached).toEqual([1]);
    expect(result).toMatchObject({ exit: 1, cancelled: false });
    expect(result?.failure).toContain("failed pre-install");
    expect((await findRelease(runner(), { kubeconfig, release: "taken-up", namespace }))?.status).toBe(
      "failed",
    );
    expect(await jobsOf(task)).toEqual([]);
  }, 60_000);

  test("is stopped by the next attempt, which says how it ended", async () => {
    const task = crypto.randomUUID();
    await abandoned("stopped", task);
    const stop = new AbortController();
    const resuming = runner().resume({
      identity: { task, attempt: 3 },
      signal: stop.signal,
      onAttached() {
        stop.abort();
        return 0;
      },
    });
    expect(await resuming).toMatchObject({ exit: 1, cancelled: true });
    const [newest] = await cluster.listReleaseRecords({ namespace, release: "stopped" });
    expect(newest?.status).toBe("failed");
    expect(barred(await jobsOf(task))).toEqual([["2", "yes"]]);
  }, 60_000);

  test("that has ended since is known by its end and its lines, of which none comes again", async () => {
    const task = crypto.randomUUID();
    const letGo = new AbortController();
    const begun: string[] = [];
    const watched = hostThat({
      async beginJob(job) {
        const has = await host.beginJob(job);
        letGo.abort();
        return has;
      },
    });
    await runner({ host: watched }).run(await install("ended", notes), {
      identity: { task, attempt: 1 },
      killSignal: letGo.signal,
      onOutput: ({ text }) => void begun.push(text),
    });
    await eventually("it has ended", async () => (await jobsOf(task))[0]?.end !== undefined);
    const all: string[] = [];
    const first = runner().resume({
      identity: { task, attempt: 2 },
      killSignal: AbortSignal.timeout(60_000),
      onAttached: () => 1,
      onOutput: ({ text }) => void all.push(text),
    });
    expect(await first).toMatchObject({ exit: 0, failure: undefined });
    expect(begun).toEqual([]);
    expect(all.join("\n")).toContain("the text is hello");
    expect(all.some((line) => line.startsWith("Release "))).toBe(false);
  }, 60_000);
});

describe("an owner that wakes up too late", () => {
  test("finds the name of its attempt taken", async () => {
    const task = crypto.randomUUID();
    expect(await runner().resume({ identity: { task, attempt: 2 } })).toBeUndefined();
    const late = runner().run(await install("late", configMap), { identity: { task, attempt: 1 } });
    await expect(late).rejects.toThrow(NothingChanged);
    expect(await cluster.listReleaseRecords({ namespace, release: "late" })).toEqual([]);
  });

  test("has lost the Job that it has not let begin", async () => {
    const task = crypto.randomUUID();
    const asleep = Promise.withResolvers<void>();
    const made = Promise.withResolvers<void>();
    const slow = hostThat({
      async beginJob(job) {
        made.resolve();
        await asleep.promise;
        return await host.beginJob(job);
      },
    });
    const late = runner({ host: slow }).run(await install("asleep", configMap), {
      identity: { task, attempt: 1 },
    });
    await made.promise;
    expect(await runner().resume({ identity: { task, attempt: 2 } })).toBeUndefined();
    asleep.resolve();
    await expect(late).rejects.toThrow("Another agent has taken this run over.");
    const second = runner().run(await install("asleep", configMap), { identity: { task, attempt: 2 } });
    expect(await second).toMatchObject({ exit: 0 });
    expect(await cluster.listReleaseRecords({ namespace, release: "asleep" })).toHaveLength(1);
  }, 60_000);
});

describe("a pod", () => {
  test("that cannot start is given up after a while, with what it waits for, and nothing of it stays", async () => {
    const identity = { task: crypto.randomUUID(), attempt: 1 };
    const nowhere = runner({ nodeSelector: { "platz.test/nowhere": "true" }, startMs: 1_500 });
    await expect(nowhere.run(await install("nowhere", configMap), { identity })).rejects.toThrow(
      /^Helm was not started: its Job waited in vain \(Unschedulable: .*\)\.$/,
    );
    expect(await jobsOf(identity.task)).toEqual([]);
  });

  test("that has not started is stopped at once when its run is cancelled", async () => {
    const identity = { task: crypto.randomUUID(), attempt: 1 };
    const stop = new AbortController();
    const nowhere = runner({ nodeSelector: { "platz.test/nowhere": "true" } });
    const running = nowhere.run(await install("nowhere", configMap), { identity, signal: stop.signal });
    await eventually("it waits", async () => (await jobsOf(identity.task))[0]?.pods === 1);
    stop.abort();
    expect(await running).toMatchObject({ exit: null, cancelled: true });
  }, 30_000);

  test("that is taken away ends its run, which says so", async () => {
    const identity = { task: crypto.randomUUID(), attempt: 1 };
    const running = runner().run(await install("evicted", gated(600)), { identity });
    await eventually("Helm waits", isPending("evicted"));
    await host.deleteJob(`helm-${identity.task}-1`);
    const result = await running;
    // Asked to stop, Helm says how that went; or nobody heard it any more.
    expect(result.cancelled).toBe(false);
    expect(result.failure).toMatch(/killed before it came to an end|failed pre-install|context canceled/);
  }, 60_000);
});
