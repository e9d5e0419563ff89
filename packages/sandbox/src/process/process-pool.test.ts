import { expect, test } from "bun:test";
import { processUsage } from "@platz/worker";
import { sandboxConformance } from "../sandbox.conformance.ts";
import type { HostileJobs } from "../testing/hostile-jobs.ts";
import { openSandbox } from "./index.ts";
import { type PoolLimits, standardLimits } from "./limits.ts";
import { ProcessPool } from "./process-pool.ts";

const place = { module: new URL("../testing/hostile-jobs.ts", import.meta.url), exported: "hostileJobs" };
const open = (limits: Partial<PoolLimits> = {}) =>
  new ProcessPool<HostileJobs>(place, { ...standardLimits, ...limits });

sandboxConformance(open);

const none = undefined as never;

test.each([
  ["spins", "too-long", { cpuMs: 300 }],
  ["allocates", "too-large", { residentBytes: 300 * 1024 * 1024 }],
  ["exits", "ended", {}],
] as const)(
  "a job that %s costs its process and nothing else, and is told as %s",
  async (name, kind, limits) => {
    await using pool = open(limits);
    const before = await pool.run("pid", none);
    await expect(pool.run(name, none)).rejects.toMatchObject({ kind, isCostly: true });
    const after = await pool.run("pid", none);
    expect(after).not.toBe(before);
    expect(await processUsage(before)).toBeUndefined();
  },
);

test("while a job holds one process for as long as it may, others are run beside it", async () => {
  await using pool = open({ cpuMs: 1_000, processes: 2 });
  const held = pool.run("spins", none).catch((failure: unknown) => failure);
  for (let count = 0; count < 20; count += 1) expect(await pool.run("echo", count)).toBe(count);
  expect(await held).toMatchObject({ kind: "too-long" });
});

test("a result that is too long costs its process", async () => {
  await using pool = open({ resultBytes: 1_000 });
  await expect(pool.run("tells", { characters: 2_000 })).rejects.toMatchObject({ kind: "too-large" });
  expect(await pool.run("tells", { characters: 10 })).toBe("xxxxxxxxxx");
});

test("nothing is started before the first job, no more than there may be, and what idles ends", async () => {
  await using pool = open({ processes: 2, idleMs: 50 });
  expect(pool.size).toBe(0);
  const pids = await Promise.all(Array.from({ length: 6 }, () => pool.run("pid", none)));
  expect(new Set(pids).size).toBeLessThanOrEqual(2);
  const deadline = Date.now() + 20_000;
  while (pool.size > 0 && Date.now() < deadline) await Bun.sleep(20);
  expect(pool.size).toBe(0);
  expect(await pool.run("echo", "again")).toBe("again");
});

test("more jobs than may wait are refused as busy, which says nothing about them", async () => {
  await using pool = open({ processes: 1, waiting: 1, cpuMs: 500 });
  const [first, second, third] = [
    pool.run("spins", none).catch((failure: unknown) => failure),
    pool.run("echo", 2),
    pool.run("echo", 3).catch((failure: unknown) => failure),
  ];
  expect(await third).toMatchObject({ kind: "busy", isCostly: false });
  expect(await first).toMatchObject({ kind: "too-long" });
  expect(await second).toBe(2);
});

test("once disposed, its processes are gone, and what runs or waits is told", async () => {
  const pool = open({ processes: 1 });
  const pid = await pool.run("pid", none);
  const running = pool.run("spins", none).catch((failure: unknown) => failure);
  const waiting = pool.run("echo", 1).catch((failure: unknown) => failure);
  await pool[Symbol.asyncDispose]();
  expect(await waiting).toMatchObject({ kind: "busy" });
  expect(await running).toMatchObject({ kind: "busy", isCostly: false });
  expect(await processUsage(pid)).toBeUndefined();
  await expect(pool.run("echo", 1)).rejects.toMatchObject({ kind: "busy" });
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "a process that is ended by %s, as everything of a terminal or container is, says nothing of its job",
  async (signal) => {
    await using pool = open({ processes: 1 });
    const pid = await pool.run("pid", none);
    const running = pool.run("spins", none).catch((failure: unknown) => failure);
    process.kill(pid, signal);
    expect(await running).toMatchObject({ kind: "busy", isCostly: false });
    expect(await pool.run("echo", "again")).toBe("again");
  },
);

test("a process of jobs has nothing of our environment", async () => {
  await using pool = open();
  const names = await pool.run("environment", none);
  expect(names.filter((name) => /PLATZ|DATABASE|PG|KEY|TOKEN|HOME/.test(name))).toEqual([]);
});

test("the jobs of charts run in processes", async () => {
  await using sandbox = openSandbox();
  const files: [string, string][] = [
    ["Chart.yaml", "apiVersion: v2\nversion: 1.0.0\n"],
    ["platz/values-ui.yaml", "inputs:\n- {id: a, type: text, label: A, required: true}\n"],
  ];
  const { chart } = await sandbox.run("readChart", { files, schemas: [] });
  expect(await sandbox.run("checkInputs", { form: chart.valuesUi, inputs: {} })).toEqual({
    issues: [{ input: "a", message: "A is required" }],
    references: [],
  });
  expect(
    await sandbox.run("readManifest", { manifest: "kind: A\nmetadata: {name: a}\n", kinds: ["A"] }),
  ).toMatchObject([{ kind: "A", name: "a" }]);
  expect(await sandbox.run("diffManifests", { live: "", next: "", confidential: [] })).toMatchObject({
    objects: [],
  });
});
