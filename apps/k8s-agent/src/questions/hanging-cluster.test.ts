import { expect, test } from "bun:test";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { clusterQuestions } from "@platz/db/schema";
import { createTestDatabase } from "@platz/db/testing";
import { type ClusterId, DeploymentId } from "@platz/domain";
import { loadKubeconfig, openCluster } from "@platz/kubernetes";
import { askCluster, type ServiceContext } from "@platz/services";
import { createTestWorld, insertTestCluster } from "@platz/services/testing";
import { createLogger } from "@platz/telemetry";
import { ClusterQuestions } from "./cluster-questions.ts";

/** Takes connections and says nothing. */
async function silentServer() {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}`, [Symbol.dispose]: () => void server.close() };
}

const ask = (context: ServiceContext, clusterId: ClusterId) =>
  askCluster(context, {
    clusterId,
    question: { kind: "Pods", deploymentId: DeploymentId.parse(crypto.randomUUID()), namespace: "nobodys" },
    waitMs: 8_000,
  }).then(
    () => "",
    (error: Error) => error.message,
  );

const notAsked = () => Promise.reject(new Error("nobody asks for a diff here"));

test("a cluster that never answers takes no place of another's, and whoever asked it is told", async () => {
  using silent = await silentServer();
  await using db = await createTestDatabase();
  const world = await createTestWorld(db);
  const well = await insertTestCluster(db, world.env.id);
  const connection = await loadKubeconfig(process.env["PLATZ_TEST_KUBECONFIG"] ?? "");
  const clients = new Map([
    [world.cluster.id, openCluster({ ...connection, server: silent.url })],
    [well.id, openCluster(connection)],
  ]);
  await using _questions = new ClusterQuestions({
    db,
    keyring: world.keyring,
    log: createLogger({ name: "questions-test", level: "fatal" }),
    pollMs: 20,
    timeoutMs: 4_000,
    rendering: {
      db,
      keyring: world.keyring,
      helm: { run: notAsked, resume: notAsked },
      chartArchive: notAsked,
    },
    clusters: () => [...clients.keys()],
    cluster(id) {
      const client = clients.get(id);
      if (client === undefined) throw new Error("no client");
      return client;
    },
  });
  const hanging = Array.from({ length: 6 }, () => ask(world.owner, world.cluster.id));
  const begun = performance.now();
  for (let n = 0; n < 5; n += 1) expect(await ask(world.owner, well.id)).toContain("is not installed");
  expect(performance.now() - begun).toBeLessThan(3_500);
  for (const said of await Promise.all(hanging)) expect(said).toContain("did not answer in time");
  expect(await db.select().from(clusterQuestions)).toEqual([]);
}, 20_000);

test("for one cluster no more may wait than it can be asked, and who comes after is told so", async () => {
  await using db = await createTestDatabase();
  const world = await createTestWorld(db);
  const asked = await Promise.all(Array.from({ length: 60 }, () => ask(world.owner, world.cluster.id)));
  expect(asked.filter((said) => said.startsWith("No agent answers")).length).toBeGreaterThan(0);
  expect(asked.filter((said) => said.startsWith("Too many wait")).length).toBeGreaterThan(0);
}, 20_000);
