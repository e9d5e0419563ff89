import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type AgentWorld, createAgentWorld, until } from "./testing/agent-world.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

function start(args: readonly string[], env: Record<string, string>) {
  return Bun.spawn([process.execPath, main, ...args], {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
}

async function ended(child: ReturnType<typeof start>) {
  const [out, err, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { out, err, status };
}

test("--help lists every setting with its default, and nothing is started", async () => {
  const { out, status } = await ended(start(["--help"], {}));
  expect(status).toBe(0);
  for (const name of ["PLATZ_OWN_URL", "PLATZ_TASK_LEASE", "PLATZ_HELM_BIN", "PLATZ_EGRESS_ALLOW"]) {
    expect(out).toContain(name);
  }
});

test("settings that are missing, a helm that is not there, and times that cannot work are one message each", async () => {
  const missing = await ended(start([], {}));
  expect(missing.status).toBe(2);
  expect(missing.err).toContain("PLATZ_OWN_URL: is not set");
  const noHelm = await ended(start([], { ...world.environment, PLATZ_HELM_BIN: "/nowhere/helm" }));
  expect(noHelm.status).toBe(2);
  expect(noHelm.err).toContain("there is no program /nowhere/helm; install Helm 4 or name it");
  const times = await ended(
    start([], { ...world.environment, PLATZ_DEPLOYMENT_CREDENTIALS_REFRESH_INTERVAL: "2h" }),
  );
  expect(times.status).toBe(2);
  expect(times.err).toContain("must be longer than PLATZ_DEPLOYMENT_CREDENTIALS_REFRESH_INTERVAL");
  expect(times.err).not.toContain("    at ");
});

test("the process may open as many requests as its watches need, says how it is, and stops when asked", async () => {
  const child = start([], { ...world.environment, PLATZ_AGENT_HTTP_PORT: "0" });
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  const port = await until(async () => {
    const { value = "" } = await lines.read();
    said += value;
    return said.match(/"port":(\d+)/)?.[1];
  });
  const environment = await readFile(`/proc/${child.pid}/environ`, "utf8");
  expect(environment).toContain("BUN_CONFIG_MAX_HTTP_REQUESTS=20000");
  const connected = await until(async () => {
    const status: unknown = await (await fetch(`http://127.0.0.1:${port}/status`)).json();
    return JSON.stringify(status).includes('"clustersConnected":1') ? status : undefined;
  });
  expect(connected).toMatchObject({ status: "ok", tasksRunning: 0 });
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(metrics).toContain("platz_agent_clusters_connected 1");
  expect(metrics).toContain("process_cpu_seconds_total");
  expect((await fetch(`http://127.0.0.1:${port}/else`)).status).toBe(404);
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
});

test("without a database it waits, and stops at once when asked", async () => {
  const child = start([], { ...world.environment, DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" });
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  await until(async () => {
    const { value = "" } = await lines.read();
    said += value;
    return said.includes("waiting for the database");
  });
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
});
