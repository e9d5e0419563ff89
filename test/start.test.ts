import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, StackDescription } from "../scripts/local-stack/stack-file.ts";

const top = join(import.meta.dirname, "..");
let folder = "";
const environment = () => ({ ...process.env, PLATZ_STATE_FOLDER: folder });

function run(command: string, args: readonly string[]) {
  return Bun.spawn(["node", "scripts/bootstrap.mjs", command, ...args], {
    cwd: top,
    env: environment(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

async function finished(command: string, args: readonly string[] = []) {
  const child = run(command, args);
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { out, err, code };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("\n")) break;
  }
  return text;
}

const start = () =>
  run("start", ["--json", "--kubeconfig", process.env["PLATZ_TEST_KUBECONFIG"] ?? "", "--context", "local"]);

async function startedStack() {
  const child = start();
  const text = await firstLine(child.stdout);
  return { child, text, stack: StackDescription.parse(JSON.parse(text)) };
}

async function untilDead(pids: readonly number[]): Promise<number[]> {
  const deadline = Date.now() + 15_000;
  let alive = pids.filter(isAlive);
  while (alive.length > 0 && Date.now() < deadline) {
    await Bun.sleep(50);
    alive = alive.filter(isAlive);
  }
  return alive;
}

/** Every process that descends from this one, as the kernel says now. */
async function descendants(pid: number): Promise<number[]> {
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(
    all.map(async (each) => {
      const stat = await readFile(`/proc/${each}/stat`, "utf8").catch(() => "");
      return [each, Number(stat.split(") ").at(-1)?.split(" ")[1])] as const;
    }),
  );
  const children = (of: number): number[] =>
    parents.filter(([, parent]) => parent === of).flatMap(([each]) => [each, ...children(each)]);
  return children(pid);
}

let started: Awaited<ReturnType<typeof startedStack>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "platz-start-"));
  started = await startedStack();
});
afterAll(async () => {
  started.child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

test("`npm start -- --json` prints one line when everything is ready, with addresses and process ids by name", async () => {
  expect(started.text.split("\n")).toHaveLength(2);
  expect(started.stack.ready).toBe(true);
  expect(Object.keys(started.stack.processes).sort()).toEqual(
    [
      "api",
      "chart-discovery",
      "k8s-agent",
      "launcher",
      "postgres",
      "registry",
      "sample-app",
      "status-updates",
    ].sort(),
  );
  expect((await fetch(`${started.stack.api}/ready`)).status).toBe(200);
});

test("a second start says that one is running, and where", async () => {
  const { err, code } = await finished("start");
  expect(code).toBe(1);
  expect(err).toContain(`A stack runs already (process ${started.stack.pid})`);
  expect(err).toContain(started.stack.api);
});

test("`npm run token` prints a token that the API knows, and a sentence for an unknown person", async () => {
  const { out } = await finished("token", ["admin@platz.dev"]);
  const answer = await fetch(`${started.stack.api}/trpc/me.get`, {
    headers: { "x-platz-token": out.trim() },
  });
  expect(await answer.text()).toContain("admin@platz.dev");
  expect(await finished("token", ["nobody@platz.dev"])).toMatchObject({
    code: 1,
    err: "There is no user nobody@platz.dev in .dev/oidc-users.json.\n",
  });
});

test("a token can be given an end, and an end that is none is one sentence", async () => {
  const { out } = await finished("token", ["admin@platz.dev", "--name", "short", "--expires", "1h"]);
  const answer = await fetch(`${started.stack.api}/trpc/userTokens.list`, {
    headers: { "x-platz-token": out.trim() },
  });
  expect(await answer.text()).toMatch(/"name":"short","expiresAt":"2\d{3}-/);
  const { code, err } = await finished("token", ["admin@platz.dev", "--expires", "soon"]);
  expect([code, err]).toEqual([1, "--expires soon: give a duration such as 30d or 12h.\n"]);
});

test("a stack that runs is not reset under its feet", async () => {
  const { code, err } = await finished("start", ["--reset"]);
  expect(code).toBe(1);
  expect(err).toContain("A stack runs already");
  expect((await fetch(`${started.stack.api}/ready`)).status).toBe(200);
});

test("an existing cluster that cannot be used is one sentence and exit status 2", async () => {
  const missing = await finished("start", ["--kubeconfig", "/nowhere/config", "--context", "x"]);
  expect(missing.code).toBe(2);
  expect(missing.err.trim().split("\n")).toHaveLength(1);
  const kubeconfig = process.env["PLATZ_TEST_KUBECONFIG"] ?? "";
  const unknown = await finished("start", ["--kubeconfig", kubeconfig, "--context", "elsewhere"]);
  expect(unknown.code).toBe(2);
  expect(unknown.err).toContain("elsewhere");
});

test("a start that is killed leaves no process behind, and the next one goes on with what was there", async () => {
  const { pid, processes } = started.stack;
  const all = [...new Set([...Object.values(processes), ...(await descendants(pid))])];
  process.kill(pid, "SIGKILL");
  expect(await untilDead(all)).toEqual([]);
  started = await startedStack();
  const { out } = await finished("token", ["admin@platz.dev"]);
  expect(out.trim()).toMatch(/^platz_[\w-]{22}\.[\w-]{43}$/);
});

test("SIGTERM stops everything in good order, and --reset forgets all of it", async () => {
  const { pid, processes } = started.stack;
  const all = [...new Set([...Object.values(processes), ...(await descendants(pid))])];
  started.child.kill("SIGTERM");
  expect(await started.child.exited).toBe(0);
  expect(await untilDead(all)).toEqual([]);
  const secret = () => readFile(join(folder, "secrets", "database-password"), "utf8");
  const before = await secret();
  const again = run("start", [
    ...[
      "--json",
      "--reset",
      "--kubeconfig",
      process.env["PLATZ_TEST_KUBECONFIG"] ?? "",
      "--context",
      "local",
    ],
  ]);
  await firstLine(again.stdout);
  expect(await secret()).not.toBe(before);
  again.kill("SIGINT");
  expect(await again.exited).toBe(130);
});
