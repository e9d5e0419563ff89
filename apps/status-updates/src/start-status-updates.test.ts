import { afterAll, beforeAll, expect, test } from "bun:test";
import { loadConfig } from "@platz/config";
import { deployments, helmCharts } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import type { Deployment } from "@platz/domain";
import { publishedKeys } from "@platz/services";
import { createTestWorld, insertTestChart, insertTestCluster, type TestWorld } from "@platz/services/testing";
import { createLogger } from "@platz/telemetry";
import { eq } from "drizzle-orm";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { StatusUpdatesSettings } from "./settings.ts";
import { startStatusUpdates } from "./start-status-updates.ts";
import { until } from "./testing/until.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const idle = { status: { name: "Idle", color: "success" } };

/** Status updates whose deployments are all answered for by `answer`, which is given the host's first label. */
async function updating(
  answer: (name: string) => Response | Promise<Response>,
  env: Record<string, string> = {},
  moreDomains: readonly (string | null)[] = [],
) {
  const asked: string[] = [];
  const signatures: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 60,
    fetch(request) {
      const name = request.headers.get("host")?.split(".")[0] ?? "";
      asked.push(name);
      signatures.push(request.headers.get("authorization")?.replace("Bearer ", "") ?? "");
      return answer(name);
    },
  });
  const settings = loadConfig(StatusUpdatesSettings, {
    PLATZ_OWN_URL: "https://platz.example.com",
    PLATZ_ENCRYPTION_KEYS: `test:${btoa("k".repeat(32))}`,
    PLATZ_STATUS_INTERVAL_MIN: "100ms",
    PLATZ_EGRESS_RESOLVE: [world.cluster.ingressDomain, ...moreDomains]
      .map((domain) => `${domain}=http://127.0.0.1:${server.port}`)
      .join(),
    DATABASE_URL: db.url,
    ...env,
  });
  const log = createLogger({ name: "test", level: "silent" });
  const running = await startStatusUpdates(settings, { log, db });
  return {
    signatures,
    countOf: (name: string) => asked.filter((each) => each === name).length,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await server.stop(true);
      await db.delete(deployments);
    },
  };
}

/** A body that goes on and on. */
function endless(): ReadableStream<Uint8Array> {
  const piece = new TextEncoder().encode('{"a":'.repeat(10_000));
  return new ReadableStream({ pull: (stream) => stream.enqueue(piece) });
}

async function deployed(refreshSecs = 0, clusterId = world.cluster.id): Promise<Deployment> {
  const features = {
    apiVersion: "platz.io/v1beta2",
    kind: "Features",
    spec: {
      ingress: { enabled: true, hostname_format: "Name" },
      status: { endpoint: "standard_ingress", path: "platz/status", refresh_interval_secs: refreshSecs },
    },
  };
  const chart = await insertTestChart(db, world.kind.id, { features });
  return await world.installed({ helmChartId: chart.id, clusterId });
}

async function rowOf({ id }: Pick<Deployment, "id">): Promise<Deployment> {
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
  if (row === undefined) throw new Error("no deployment");
  return row;
}
const reportOf = async (deployment: Deployment) => (await rowOf(deployment)).reportedStatus;

test("a deployment is asked as soon as it runs, long before its interval", async () => {
  await using _ = await updating(() => Response.json(idle), { PLATZ_STATUS_INTERVAL_MIN: "1h" });
  const deployment = await deployed();
  const reported = await until("a report", () => reportOf(deployment));
  expect(reported).toMatchObject({ get_successful: true, content: idle, error: null });
});

test("a question is signed, so that the application knows by our published keys that it is ours", async () => {
  await using updates = await updating(() => Response.json(idle));
  const deployment = await deployed();
  await until("a report", () => reportOf(deployment));
  const { keys } = await publishedKeys({ db, now: () => new Date() });
  const { payload } = await jwtVerify(
    updates.signatures[0] ?? "",
    createLocalJWKSet({ keys } as JSONWebKeySet),
    {
      issuer: "https://platz.example.com/",
      audience: `https://${deployment.name}.${world.cluster.ingressDomain}`,
    },
  );
  expect(payload).toMatchObject({ sub: deployment.id, method: "GET", target: "/platz/status" });
});

test("a deployment that was there before the start is asked too", async () => {
  const deployment = await deployed();
  await using _ = await updating(() => Response.json(idle));
  await until("a report", () => reportOf(deployment));
});

test("the same answer again is not written, another one is", async () => {
  let name = "Idle";
  await using updates = await updating(() => Response.json({ status: { name, color: "success" } }));
  const deployment = await deployed();
  const first = await until("a report", () => reportOf(deployment));
  await until("more questions", () => updates.countOf(deployment.name) > 3);
  expect(await reportOf(deployment)).toEqual(first);
  name = "Stirring";
  await until("the news", async () => JSON.stringify(await reportOf(deployment)).includes("Stirring"));
});

test("no deployment is asked more often than the floor and its chart say", async () => {
  await using updates = await updating(() => Response.json(idle), { PLATZ_STATUS_INTERVAL_MIN: "1h" });
  const floored = await deployed(0);
  await until("a report", () => reportOf(floored));
  // Hints come in, each of which could be mistaken for news.
  for (const descriptionMd of ["a", "b", "c"]) {
    await db.update(deployments).set({ descriptionMd }).where(eq(deployments.id, floored.id));
  }
  const other = await deployed(0);
  await until("another report", () => reportOf(other));
  expect(updates.countOf(floored.name)).toBe(1);
});

test.each([
  ["an error status", () => new Response("no", { status: 500 }), "HTTP status 500"],
  ["no status document", () => Response.json({ color: "green" }), "The status document is not valid"],
  ["a page of markup", () => new Response("<html><b>hi</b></html>"), "did not answer with JSON"],
  ["a document of 10 MB", () => Response.json({ text: "x".repeat(10_000_000) }), "is larger than the limit"],
  ["a document without end", () => new Response(endless()), "is larger than the limit"],
  ["a document nested without measure", () => new Response("[".repeat(500_000)), "did not answer with JSON"],
  ["a redirect", () => Response.redirect("http://127.0.0.1:1/"), "redirects are not followed"],
] as const)("%s is a sentence, and the next good answer takes its place", async (_name, bad, sentence) => {
  let isBad = true;
  await using _ = await updating(() => (isBad ? bad() : Response.json(idle)));
  const deployment = await deployed();
  const reported = await until("a report", () => reportOf(deployment));
  expect(reported).toMatchObject({ get_successful: false, content: null });
  expect(reported.error).toContain(sentence);
  isBad = false;
  await until("a good report", async () => (await reportOf(deployment))?.get_successful);
});

test("a status goes when the deployment is disabled, uninstalled, or its chart has none any more", async () => {
  await using _ = await updating(() => Response.json(idle));
  const [disabled, uninstalled, lost] = [await deployed(), await deployed(), await deployed()];
  for (const each of [disabled, uninstalled, lost]) await until("a report", () => reportOf(each));
  await db.update(helmCharts).set({ features: null }).where(eq(helmCharts.id, lost.helmChartId));
  await db.update(deployments).set({ enabled: false }).where(eq(deployments.id, disabled.id));
  await db.update(deployments).set({ revisionId: null }).where(eq(deployments.id, uninstalled.id));
  for (const each of [disabled, uninstalled, lost]) {
    await until("the end of a report", async () => (await reportOf(each)) === null);
  }
});

test("what became wrong while nobody looked is put right at the start", async () => {
  const deployment = await deployed();
  const reportedStatus = {
    timestamp: new Date().toISOString(),
    get_successful: true,
    content: {},
    error: null,
  };
  await db
    .update(deployments)
    .set({ enabled: false, reportedStatus })
    .where(eq(deployments.id, deployment.id));
  await using _ = await updating(() => Response.json(idle));
  await until("the end of a report", async () => (await reportOf(deployment)) === null);
});

test("targets that never answer delay nobody, and stopping does not wait for them", async () => {
  const slow = [await deployed(), await deployed(), await deployed()];
  const slowNames = slow.map(({ name }) => name);
  const updates = await updating((name) =>
    slowNames.includes(name) ? new Promise<Response>(() => {}) : Response.json(idle),
  );
  await until("slow ones asked", () => slowNames.every((name) => updates.countOf(name) > 0));
  const quick = await deployed();
  await until("a report", () => reportOf(quick));
  await until("more questions", () => updates.countOf(quick.name) > 3);
  const begun = performance.now();
  await updates[Symbol.asyncDispose]();
  expect(performance.now() - begun).toBeLessThan(5000);
});

test("a cluster whose places are all taken by deployments that never answer delays no other cluster", async () => {
  const hanging = await deployed();
  const elsewhere = await insertTestCluster(db, world.env.id);
  await using updates = await updating(
    (name) => (name === hanging.name ? new Promise<Response>(() => {}) : Response.json(idle)),
    { PLATZ_STATUS_CONCURRENCY_PER_CLUSTER: "1" },
    [elsewhere.ingressDomain],
  );
  await until("the hanging one asked", () => updates.countOf(hanging.name) > 0);
  const neighbour = await deployed();
  const stranger = await deployed(0, elsewhere.id);
  await until("a report", () => reportOf(stranger));
  expect(await reportOf(neighbour)).toBeNull();
});

test("deployments that share one place are all asked, one after the other", async () => {
  const all = [await deployed(), await deployed(), await deployed()];
  await using _ = await updating(() => Response.json(idle), { PLATZ_STATUS_CONCURRENCY_PER_CLUSTER: "1" });
  for (const each of all) await until("a report", () => reportOf(each));
});

test("an address that may not be called is refused without a call", async () => {
  await using _ = await updating(() => Response.json(idle), {
    PLATZ_EGRESS_RESOLVE: "",
    PLATZ_EGRESS_ALLOW: "10.0.0.0/8",
  });
  const deployment = await deployed();
  const reported = await until("a report", () => reportOf(deployment));
  expect(reported.get_successful).toBe(false);
});
