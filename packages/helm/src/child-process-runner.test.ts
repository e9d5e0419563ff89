import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NothingChanged } from "@platz/domain";
import { childProcessRunner } from "./child-process-runner.ts";
import { findRelease } from "./find-release.ts";
import { helmRunnerConformance } from "./helm-runner.conformance.ts";
import type { HelmRunner, OutputLine } from "./helm-runner.ts";
import { requireHelm } from "./require-helm.ts";
import { sweepPrivateDirectories } from "./sweep-private-directories.ts";
import { packageChart } from "./testing/package-chart.ts";
import { eventually, processesWith } from "./testing/processes.ts";
import { namespace as namespaceChart, neverReady } from "./testing/sample-charts.ts";
import { temporaryDirectory } from "./testing/temporary-directory.ts";
import { testSetting } from "./testing/test-setting.ts";

const setprivPath = process.platform === "linux" ? "/usr/bin/setpriv" : undefined;
const prlimitPath = process.platform === "linux" ? "/usr/bin/prlimit" : undefined;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let kubeconfig: string;
const privateRoot = () => join(directory.path, "private");

beforeAll(async () => {
  directory = await temporaryDirectory();
  kubeconfig = await readFile(testSetting("PLATZ_TEST_KUBECONFIG"), "utf8");
});
afterAll(() => directory[Symbol.asyncDispose]());

function realRunner(graceMs = 10_000): HelmRunner {
  return childProcessRunner({
    helmPath: testSetting("PLATZ_TEST_HELM"),
    privateRoot: privateRoot(),
    setprivPath,
    prlimitPath,
    graceMs,
  });
}

/** A runner of a shell script in Helm's place, for what no real Helm can be made to do. */
async function scriptedRunner(script: string, graceMs = 10_000): Promise<HelmRunner> {
  const helmPath = join(directory.path, `helm-${crypto.randomUUID()}`);
  await writeFile(helmPath, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return childProcessRunner({ helmPath, privateRoot: privateRoot(), setprivPath, graceMs });
}

const anyUninstall = { command: "uninstall", release: "a", namespace: "a", kubeconfig: "{}" } as const;

async function linesOf(runner: HelmRunner): Promise<{ lines: OutputLine[]; failure: string | undefined }> {
  const lines: OutputLine[] = [];
  const { failure } = await runner.run(anyUninstall, { onOutput: (line) => void lines.push(line) });
  return { lines, failure };
}

describe("a child process keeps what every runner must", () => {
  helmRunnerConformance(() => ({ runner: realRunner(), kubeconfig }));

  test("nothing of all these runs is left on the disk", async () => {
    expect(await readdir(privateRoot())).toEqual([]);
  });
});

describe("what a run gets", () => {
  test("is a private directory, its own files, and no environment of this process", async () => {
    process.env["PLATZ_TEST_INHERITED"] = "inherited-value";
    const runner = await scriptedRunner(
      'env; stat -c "%a %n" . *; readlink /proc/$$/cwd; tr "\\0" " " < /proc/$$/cmdline; umask',
    );
    const { lines } = await linesOf(runner);
    delete process.env["PLATZ_TEST_INHERITED"];
    const text = lines.map((line) => line.text).join("\n");
    expect(text).not.toContain("inherited-value");
    expect(text).toMatch(/^700 \.$/m);
    expect(text).toMatch(/^600 kubeconfig$/m);
    const home = /^HOME=(.*)$/m.exec(text)?.[1] ?? "";
    expect(home).toStartWith(`${privateRoot()}/helm-${process.pid}-`);
    for (const name of ["TMPDIR", "HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME", "KUBECONFIG"]) {
      expect(text).toMatch(new RegExp(`^${name}=${home}`, "m"));
    }
    expect(text).not.toContain("--debug");
    expect(await readdir(privateRoot())).toEqual([]);
  });

  test("is removed when Helm cannot be started, and the run may be tried again", async () => {
    const missing = childProcessRunner({ helmPath: "/nowhere/helm", privateRoot: privateRoot() });
    await expect(missing.run(anyUninstall)).rejects.toThrow(NothingChanged);
    const notExecutable = join(directory.path, "text");
    await writeFile(notExecutable, "text", { mode: 0o600 });
    const text = childProcessRunner({ helmPath: notExecutable, privateRoot: privateRoot() });
    await expect(text.run(anyUninstall)).rejects.toThrow(/^Helm could not be started/);
    expect(await readdir(privateRoot())).toEqual([]);
  });

  test("is not put where others can write, or behind a link", async () => {
    const open = join(directory.path, "open");
    await mkdir(open);
    await chmod(open, 0o777);
    await symlink(privateRoot(), join(directory.path, "link"));
    for (const root of [open, join(directory.path, "link"), "/dev/null/x"]) {
      const runner = childProcessRunner({ helmPath: testSetting("PLATZ_TEST_HELM"), privateRoot: root });
      await expect(runner.run(anyUninstall)).rejects.toThrow(NothingChanged);
    }
  });
});

describe("output", () => {
  test("comes line by line while Helm runs", async () => {
    const marker = join(directory.path, "go-on");
    const runner = await scriptedRunner(
      `echo first; while [ ! -e ${marker} ]; do sleep 0.02; done; echo second`,
    );
    const lines: string[] = [];
    const running = runner.run(anyUninstall, { onOutput: ({ text }) => void lines.push(text) });
    await eventually("the first line came", async () => lines.length > 0);
    expect(lines).toEqual(["first"]);
    await writeFile(marker, "");
    await running;
    expect(lines).toEqual(["first", "second"]);
  });

  test("of 10 MB is cut at 1 MiB, read to its end, and its failure is still known", async () => {
    const runner = await scriptedRunner(
      "yes 'a line of output that repeats' | head -c 10000000; echo 'Error: disk is full' >&2; exit 3",
    );
    const { lines, failure } = await linesOf(runner);
    const length = lines.reduce((sum, { text }) => sum + text.length + 1, 0);
    expect(length).toBeGreaterThan(1_000_000);
    expect(length).toBeLessThan(1_100_000);
    expect(lines.at(-1)?.text).toMatch(/^\[output truncated/);
    expect(failure).toBe("disk is full");
  });

  test("of one line of 200 KB is cut with a mark, and the next line is whole", async () => {
    const { lines } = await linesOf(
      await scriptedRunner("head -c 200000 /dev/zero | tr '\\0' x; echo; echo next"),
    );
    expect(lines.map(({ text }) => text.length)).toEqual([16_384 + " … [183616 more characters]".length, 4]);
    expect(lines[0]?.text).toEndWith("xxx … [183616 more characters]");
  });

  test("that is no text, or would steer a terminal, becomes text", async () => {
    const { lines } = await linesOf(await scriptedRunner("printf 'a\\377b\\0c\\033[31md\\te\\r\\nlast'"));
    expect(lines.map(({ text }) => text)).toEqual(["a\uFFFDb\uFFFDc\uFFFD[31md\te", "last"]);
  });

  test("says nothing of a secret even where a line is cut, or pieces arrive one by one", async () => {
    const secret = "s3cret-of-some-length";
    const runner = await scriptedRunner(
      `head -c 16375 /dev/zero | tr '\\0' x; echo ${secret}; printf s3cret-of; sleep 0.1; echo -some-length; echo "Error: ${secret}" >&2; exit 1`,
    );
    const lines: string[] = [];
    const result = await runner.run(anyUninstall, {
      secrets: [secret],
      onOutput: ({ text }) => void lines.push(text),
    });
    expect(JSON.stringify([lines, result])).not.toContain("s3cret");
    expect(result.failure).toBe("[redacted]");
  });

  test("without a reason says so", async () => {
    expect((await linesOf(await scriptedRunner("exit 7"))).failure).toBe(
      "Helm ended with status 7 and gave no reason.",
    );
  });
});

describe("stopping", () => {
  test("what does not stop when asked is killed after the grace, with its children", async () => {
    const name = `stubborn-${crypto.randomUUID()}`;
    const runner = await scriptedRunner(
      `trap '' TERM; sh -c "trap '' TERM; sleep 600" ${name}; sleep 600`,
      100,
    );
    const stop = new AbortController();
    const running = runner.run(anyUninstall, { signal: stop.signal });
    await eventually("its child runs", async () => (await processesWith(name)).length > 0);
    stop.abort();
    expect(await running).toMatchObject({
      exit: null,
      cancelled: true,
      failure: expect.stringContaining("killed"),
    });
    await eventually("its child is gone", async () => (await processesWith(name)).length === 0);
  });

  test("the kill signal does not wait for any grace", async () => {
    const runner = await scriptedRunner("trap '' TERM; echo up; sleep 600", 60_000);
    const kill = new AbortController();
    const killed = runner.run(anyUninstall, { killSignal: kill.signal, onOutput: () => kill.abort() });
    expect(await killed).toMatchObject({ exit: null, cancelled: true });
  });

  test("a child left behind by Helm does not outlive the run", async () => {
    const name = `orphan-${crypto.randomUUID()}`;
    const runner = await scriptedRunner(`sh -c "sleep 600; :" ${name} & echo done`);
    expect((await runner.run(anyUninstall)).exit).toBe(0);
    await eventually("it is gone", async () => (await processesWith(name)).length === 0);
  });

  test("an agent that is killed takes its Helm with it, and the next one finds its directory and removes it", async () => {
    const { release, agent, ...stack } = await killedAgent();
    await using _cleanUp = stack;
    await eventually("no Helm is left", async () => (await processesWith(release)).length === 0);
    const living = `helm-${process.pid}-${await startOf(process.pid)}-${crypto.randomUUID()}`;
    await mkdir(join(privateRoot(), living));
    await mkdir(join(privateRoot(), "something-else"));
    const left = (await readdir(privateRoot())).filter((name) => name.startsWith(`helm-${agent}-`));
    expect(left).toHaveLength(1);
    expect(await sweepPrivateDirectories(privateRoot())).toBe(1);
    expect((await readdir(privateRoot())).sort()).toEqual([living, "something-else"].sort());
    expect(await sweepPrivateDirectories(join(directory.path, "never-made"))).toBe(0);
  }, 60_000);
});

async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

/** Starts an agent in small, and kills it while its Helm waits. */
async function killedAgent() {
  const release = `killed-${crypto.randomUUID().slice(0, 8)}`;
  const runner = realRunner();
  const chartPath = join(directory.path, "never-ready.tgz");
  await writeFile(chartPath, await packageChart(neverReady));
  const chartArchive = await packageChart(namespaceChart);
  const values = [JSON.stringify({ name: release })];
  const request = {
    command: "upgrade-install",
    release,
    namespace: "default",
    kubeconfig,
    chartArchive,
    skipSchemaValidation: false,
    values,
  } as const;
  await runner.run(request);
  const script = join(import.meta.dir, "testing/run-until-killed.ts");
  const settings = [testSetting("PLATZ_TEST_HELM"), setprivPath ?? "", privateRoot()];
  const argv = [
    process.execPath,
    script,
    ...settings,
    testSetting("PLATZ_TEST_KUBECONFIG"),
    chartPath,
    release,
  ];
  const agent = Bun.spawn(argv, { stdout: "inherit", stderr: "inherit" });
  const target = { kubeconfig, release, namespace: release };
  await eventually(
    "its Helm waits",
    async () => (await findRelease(runner, target))?.status === "pending-install",
  );
  agent.kill("SIGKILL");
  await agent.exited;
  return {
    release,
    agent: agent.pid,
    async [Symbol.asyncDispose]() {
      // None, if the guarantee holds; the name is this test's alone.
      for (const pid of await processesWith(release)) process.kill(pid, "SIGKILL");
      await runner.run({ command: "uninstall", release, namespace: "default", kubeconfig });
    },
  };
}

describe("the version", () => {
  test.each([
    ["echo v3.19.0", /Helm 4 or newer is needed, but the configured helm is v3\.19\.0/],
    ["echo hello", /does not tell its version/],
    ["exit 1", /does not tell its version/],
  ])("of `%s` is refused in one sentence", async (script, message) => {
    await expect(requireHelm(await scriptedRunner(script))).rejects.toThrow(message);
  });
});
