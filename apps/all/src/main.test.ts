import { expect, test } from "bun:test";
import { createTestDatabase } from "@platz/db/testing";

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

test("one process brings the schema up to date, answers, looks for charts, and stops when it is asked", async () => {
  await using db = await createTestDatabase();
  const child = run([], {
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
  const told = new Set<string>();
  let rest = "";
  for await (const chunk of child.stdout) {
    rest += new TextDecoder().decode(chunk);
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const { msg, port } = JSON.parse(line) as { msg: string; port?: number };
      told.add(msg);
      if (msg === "working" && port !== undefined) {
        expect((await fetch(`http://127.0.0.1:${port}/status`)).status).toBe(200);
        child.kill("SIGTERM");
      }
    }
  }
  expect(await child.exited).toBe(0);
  expect([...told]).toContain("stopping");
  expect([...told]).toContain("helm is ready");
});
