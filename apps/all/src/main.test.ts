import { expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";

const main = `${import.meta.dir}/main.ts`;

function run(args: readonly string[], env: Record<string, string> = {}) {
  return Bun.spawn([process.execPath, main, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
}

test("--help lists the settings of every process", async () => {
  const help = await new Response(run(["--help"]).stdout).text();
  for (const flag of [
    "--api-port",
    "--platz-helm-bin",
    "--platz-oci-registry-url",
    "--platz-status-interval-min",
  ]) {
    expect(help).toContain(flag);
  }
});

test("what is missing is told by name, all at once, with exit status 2", async () => {
  const child = run([]);
  const told = await new Response(child.stderr).text();
  expect(await child.exited).toBe(2);
  for (const name of ["OIDC_SERVER_URL", "PLATZ_ENCRYPTION_KEYS", "PLATZ_OWN_URL"]) {
    expect(told).toContain(name);
  }
});

const environment = (db: TestDatabase) => ({
  DATABASE_URL: db.url,
  API_HOST: "127.0.0.1",
  API_PORT: "0",
  PLATZ_OWN_URL: "http://localhost",
  OIDC_SERVER_URL: "http://127.0.0.1:1",
  OIDC_CLIENT_ID: "platz",
  OIDC_CLIENT_SECRET: "secret",
  PLATZ_ENCRYPTION_KEYS: `test:${btoa("k".repeat(32))}`,
  PLATZ_OCI_REGISTRY_URL: `http://${process.env["PLATZ_TEST_REGISTRY"]}`,
  PLATZ_CLUSTER_PROVIDER: "local",
  PLATZ_LOCAL_KUBECONFIG: process.env["PLATZ_TEST_KUBECONFIG"] ?? "",
  PLATZ_HELM_BIN: process.env["PLATZ_TEST_HELM"] ?? "",
  PLATZ_AGENT_SHUTDOWN_GRACE: "0s",
});

/** What the process logs, line by line, until it ends. */
async function* linesOf(child: ReturnType<typeof run>): AsyncGenerator<{ msg: string; port?: number }> {
  let rest = "";
  for await (const chunk of child.stdout) {
    rest += new TextDecoder().decode(chunk);
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line);
  }
}

test("one process brings the schema up to date, answers, looks for charts, and stops when it is asked", async () => {
  await using db = await createTestDatabase();
  const child = run([], environment(db));
  const told = new Set<string>();
  for await (const { msg, port } of linesOf(child)) {
    told.add(msg);
    if (msg === "working" && port !== undefined) {
      expect((await fetch(`http://127.0.0.1:${port}/status`)).status).toBe(200);
      child.kill("SIGTERM");
    }
  }
  expect(await child.exited).toBe(0);
  expect([...told]).toContain("stopping");
  expect([...told]).toContain("helm is ready");
});

test("no broken connection, notification or row ends the process: it goes on by itself", async () => {
  await using db = await createTestDatabase();
  const child = run([], environment(db));
  const lines = linesOf(child);
  let port: number | undefined;
  while (port === undefined) {
    const { value, done } = await lines.next();
    if (done) throw new Error("the process ended");
    if (value.msg === "working") port = value.port;
  }
  const drained = (async () => {
    for await (const _line of lines);
  })();
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/ready`)).ok;
  const ready = async () => {
    for (const deadline = Date.now() + 20_000; !(await isReady()); ) {
      if (Date.now() > deadline) throw new Error("it does not become ready again");
    }
  };
  const sql = db.$client;
  await ready();
  for (let round = 0; round < 3; round += 1) {
    // Every connection of the process, the one that listens included.
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'platz-%'`;
    await ready();
    for (const payload of ["not json", "[]", '{"table": 7}', "x".repeat(7000)]) {
      await sql`select pg_notify('platz_changes', ${payload})`;
    }
    // Rows that no version of the program would write.
    await sql`insert into envs (name, node_selector) values (${`odd-${round}`}, '[1, "two"]')`;
    await sql`insert into k8s_clusters (provider_id, name, region_name, ignore)
      values (${`odd:${round}`}, ${`odd-${round}`}, '', false)`;
    await sql`insert into row_events (table_name, operation, row_id, visibility, env_ids)
      values ('no_such_table', 'UPDATE', gen_random_uuid(), 'everybody', '{}')`;
    await ready();
  }
  expect(child.exitCode).toBeNull();
  child.kill("SIGTERM");
  await drained;
  expect(await new Response(child.stderr).text()).toBe("");
  expect(await child.exited).toBe(0);
}, 90_000);
