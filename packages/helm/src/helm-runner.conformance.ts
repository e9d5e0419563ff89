import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Invalid } from "@platz/domain";
import { findRelease } from "./find-release.ts";
import type { HelmRequest } from "./helm-request.ts";
import type { HelmRunner, OutputLine } from "./helm-runner.ts";
import { isUnreachable } from "./is-unreachable.ts";
import { listRevisions } from "./list-revisions.ts";
import { requireHelm } from "./require-helm.ts";
import { packageChart } from "./testing/package-chart.ts";
import { eventually } from "./testing/processes.ts";
import {
  configMap,
  greedy,
  namespace as namespaceChart,
  neverReady,
  notes,
  writing,
} from "./testing/sample-charts.ts";

export interface RunnerHarness {
  readonly runner: HelmRunner;
  /** A kubeconfig of a cluster on which namespaces may be made. */
  readonly kubeconfig: string;
}

type Install = Extract<HelmRequest, { command: "upgrade-install" }>;

/** What every way to run Helm must keep, against a real cluster. */
export function helmRunnerConformance(harness: () => RunnerHarness): void {
  const namespace = `helm-${crypto.randomUUID().slice(0, 8)}`;
  const archives: Record<string, Uint8Array<ArrayBuffer>> = {};

  const target = (release: string) => ({ kubeconfig: harness().kubeconfig, release, namespace });
  const install = (release: string, chart: string, more: Partial<Install> = {}): Install => ({
    command: "upgrade-install",
    ...target(release),
    chartArchive: archives[chart] ?? new Uint8Array(),
    skipSchemaValidation: false,
    values: [JSON.stringify({ text: "hello" })],
    ...more,
  });

  beforeAll(async () => {
    const charts = { configMap, neverReady, notes, writing, greedy, namespaceChart };
    for (const [name, templates] of Object.entries(charts)) archives[name] = await packageChart(templates);
    const made = await harness().runner.run(
      install(namespace, "namespaceChart", {
        namespace: "default",
        values: [JSON.stringify({ name: namespace })],
      }),
    );
    expect(made.failure).toBeUndefined();
  }, 60_000);

  afterAll(async () => {
    await harness().runner.run({ command: "uninstall", ...target(namespace), namespace: "default" });
  }, 60_000);

  test("the version is one that is supported", async () => {
    expect(await requireHelm(harness().runner)).toMatch(/^v4\./);
  });

  describe("a release", () => {
    test("is installed, known again by its label, upgraded, and gone after the uninstall, however often", async () => {
      const { runner } = harness();
      const release = target("life");
      expect(await findRelease(runner, release)).toBeUndefined();
      expect(await listRevisions(runner, release)).toEqual([]);

      const first = await runner.run(install("life", "configMap", { labels: { "platz-task": "task-1" } }));
      expect(first).toMatchObject({ exit: 0, cancelled: false, failure: undefined });
      const found = await findRelease(runner, release);
      expect(found).toMatchObject({
        revision: 1,
        status: "deployed",
        chart: "sample",
        version: "1.0.0",
        namespace,
      });
      expect(found?.labels["platz-task"]).toBe("task-1");

      const wait = "watcher";
      await runner.run(install("life", "configMap", { labels: { "platz-task": "task-2" }, wait }));
      expect(await findRelease(runner, release)).toMatchObject({
        revision: 2,
        labels: { "platz-task": "task-2" },
      });

      for (let time = 0; time < 2; time += 1) {
        expect(await runner.run({ command: "uninstall", ...release, wait })).toMatchObject({ exit: 0 });
      }
      expect(await findRelease(runner, release)).toBeUndefined();
    }, 60_000);

    test("keeps no more history than asked for", async () => {
      const { runner } = harness();
      for (let revision = 1; revision <= 4; revision += 1) {
        await runner.run(install("history", "configMap", { historyMax: 2 }));
      }
      const revisions = await listRevisions(runner, target("history"));
      expect(revisions.map(({ revision, status }) => [revision, status])).toEqual([
        [3, "superseded"],
        [4, "deployed"],
      ]);
    }, 60_000);
  });

  describe("values", () => {
    test("arrive as they were written, whatever a shell, YAML or a template would make of them", async () => {
      const text = `$(id) \`id\` "; rm -rf / # ' {{ .Release.Name }} \\ \n\t--debug %s é 🎨`;
      const { runner } = harness();
      const values = [JSON.stringify({ text: "lower" }), JSON.stringify({ text })];
      const request = { ...install("verbatim", "configMap", { values }), command: "template" } as const;
      const { kubeconfig: _, ...rendering } = request;
      const rendered = await runner.run(rendering);
      expect(rendered.failure).toBeUndefined();
      const parsed = Bun.YAML.parse(rendered.answer) as { data: { text: string } };
      expect(parsed.data.text).toBe(text);
      expect((await runner.run(install("verbatim", "configMap", { values }))).exit).toBe(0);
    }, 30_000);

    test("that Helm could not store are refused before it starts", async () => {
      const values = [
        JSON.stringify({ text: "x".repeat(600_000) }),
        JSON.stringify({ more: "x".repeat(600_000) }),
      ];
      await expect(harness().runner.run(install("large", "configMap", { values }))).rejects.toThrow(
        /^The values have \d+ bytes, more than the 1048576/,
      );
    });
  });

  const badNames = ["", "--debug", "-a", "a b", "a;id", "$(id)", "a\n", "A", "a.b", "../a", "x".repeat(64)];

  test.each(badNames)("the release or namespace %p is refused before Helm starts", async (name) => {
    const { runner } = harness();
    const lines: OutputLine[] = [];
    const options = { onOutput: (line: OutputLine) => void lines.push(line) };
    for (const more of [{ release: name }, { namespace: name }]) {
      await expect(runner.run(install("ok", "configMap", more), options)).rejects.toThrow(Invalid);
      for (const command of ["uninstall", "get-metadata", "history"] as const) {
        await expect(runner.run({ command, ...target("ok"), ...more }, options)).rejects.toThrow(Invalid);
      }
    }
    expect(lines).toEqual([]);
  });

  test.each([{ "": "a" }, { a: "b,c=d" }, { "a=b": "c" }, { a: "$(id)" }, { a: "" }, { "-a": "b" }])(
    "the labels %j are refused before Helm starts",
    async (labels) => {
      const running = harness().runner.run(
        install("ok", "configMap", { labels: labels as Record<string, string> }),
      );
      await expect(running).rejects.toThrow(/^The request to Helm was not accepted: labels/);
    },
  );

  describe("failures", () => {
    test("of a chart are Helm's own message, in a sentence and not a log", async () => {
      const result = await harness().runner.run(install("broken", "configMap", { values: ["{}"] }));
      expect(result.exit).toBe(1);
      expect(result.failure).toMatch(/text is needed$/);
      expect(result.failure).not.toMatch(/^Error|helm\.go|goroutine/);
    }, 30_000);

    test("of memory are ends of that run alone, in a sentence that says what to do", async () => {
      const { runner } = harness();
      const outOfMemory =
        "Helm was ended because it took more memory than a run may have (512 MiB, PLATZ_HELM_MEMORY): the chart's templates make too much of these values.";
      const installed = await runner.run(install("greedy", "greedy"));
      expect(installed).toMatchObject({ cancelled: false, failure: outOfMemory });
      const { kubeconfig: _, ...rendering } = install("greedy", "greedy");
      expect(await runner.run({ ...rendering, command: "template" })).toMatchObject({ failure: outOfMemory });
      expect(await findRelease(runner, target("greedy"))).toBeUndefined();
    }, 60_000);

    test("to get through to the cluster can be told from others", async () => {
      const kubeconfig = harness().kubeconfig.replace(/server: .*/, "server: https://127.0.0.1:1");
      const { runner } = harness();
      const result = await runner.run(install("nowhere", "configMap", { kubeconfig }));
      expect(isUnreachable(result.failure ?? "")).toBe(true);
      const removed = await runner.run({ command: "uninstall", ...target("nowhere"), kubeconfig });
      expect(isUnreachable(removed.failure ?? "")).toBe(true);
      await expect(findRelease(runner, { ...target("nowhere"), kubeconfig })).rejects.toThrow(
        /could not be looked up/,
      );
      expect(isUnreachable("UPGRADE FAILED: text is needed")).toBe(false);
    }, 60_000);
  });

  test("a run that is cancelled is recorded as failed, and the next one works", async () => {
    const { runner } = harness();
    const stop = new AbortController();
    const running = runner.run(install("cancel", "neverReady"), { signal: stop.signal });
    await eventually("the release is being installed", async () => {
      return (await findRelease(runner, target("cancel")))?.status === "pending-install";
    });
    stop.abort();
    const result = await running;
    expect([result.exit, result.cancelled]).toEqual([1, true]);
    expect((await findRelease(runner, target("cancel")))?.status).toBe("failed");
    expect((await runner.run(install("cancel", "configMap"))).failure).toBeUndefined();
    expect((await findRelease(runner, target("cancel")))?.status).toBe("deployed");
  }, 60_000);

  test("a run that was cancelled before it began changes nothing", async () => {
    const { runner } = harness();
    const result = await runner.run(install("early", "configMap"), { signal: AbortSignal.abort() });
    expect([result.exit, result.cancelled]).toEqual([null, true]);
    expect(await findRelease(runner, target("early"))).toBeUndefined();
  });

  test("of a task that never ran Helm nothing is resumed, at any attempt", async () => {
    const { runner } = harness();
    const task = crypto.randomUUID();
    for (const attempt of [2, 3, 5]) {
      expect(await runner.resume({ identity: { task, attempt } })).toBeUndefined();
    }
    const identity = { task, attempt: 5 };
    const ran = await runner.run(install("resumed", "configMap"), { identity });
    expect(ran).toMatchObject({ exit: 0, cancelled: false });
    // What came to its end under its owner's eyes is nothing that is left to be resumed.
    expect(await runner.resume({ identity: { task, attempt: 6 } })).toBeUndefined();
  }, 60_000);

  test("secrets are in the release, but in no line, answer or failure", async () => {
    const { runner } = harness();
    const secret = "correct horse: battery\nstaple-9000";
    const values = [JSON.stringify({ text: secret })];
    const lines: string[] = [];
    const options = { secrets: [secret], onOutput: (line: OutputLine) => void lines.push(line.text) };
    const installed = await runner.run(install("secret", "notes", { values }), options);
    expect(installed.failure).toBeUndefined();
    expect(lines.join("\n")).toContain("the text is [redacted]");

    const invalid = await runner.run(
      install("secret", "configMap", { values: [`text: {"${secret}"`] }),
      options,
    );
    const { kubeconfig: _, ...rendering } = install("secret", "notes", { values });
    const rendered = await runner.run({ ...rendering, command: "template" }, options);
    const everything = JSON.stringify([lines, installed, invalid, rendered]);
    expect(everything).toContain("[redacted]");
    expect(everything).not.toMatch(/correct horse|staple-9000|battery/);
  }, 30_000);

  test("secrets are in no line in whatever way a template writes them", async () => {
    const { runner } = harness();
    const texts = [
      `p@ss<w0rd>&'it"s'=100%+/é🎨\\end`,
      "line-one-of-it\nline-two: of 'it'\n\ttabbed",
      "plainSecret0123456",
    ];
    const said = async (secrets: readonly string[]) => {
      const lines: string[] = [];
      const values = [JSON.stringify({ text: "", texts })];
      const run = install("written", "writing", { values });
      const result = await runner.run(run, { secrets, onOutput: ({ text }) => void lines.push(text) });
      expect(result.failure).toBeUndefined();
      return lines.slice(lines.indexOf("as written:") + 1).join("\n");
    };
    const written = (await said([])).match(/[0-9A-Za-z]{6,}/g) ?? [];
    expect(written.length).toBeGreaterThan(60);
    const redacted = await said(texts);
    expect(written.filter((part) => redacted.includes(part))).toEqual([]);
  }, 60_000);
}
