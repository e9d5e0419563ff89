import { afterAll, beforeAll, expect, test } from "bun:test";
import { loadConfig } from "@platz/config";
import { helmCharts, helmRegistries } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { and, eq } from "drizzle-orm";
import { ChartDiscoverySettings } from "./settings.ts";
import { startChartDiscovery } from "./start-chart-discovery.ts";
import { createEcrWorld, type EcrQueue, type EcrWorld, ecrEvent, REGION } from "./testing/ecr-world.ts";
import { testLog } from "./testing/test-log.ts";
import { until } from "./testing/until.ts";

let db: TestDatabase;
let world: EcrWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createEcrWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

const OWN = "111122223333";

async function discovering(queue: EcrQueue, prefix: string, more: Record<string, string> = {}) {
  const { log, messages } = testLog();
  const settings = loadConfig(ChartDiscoverySettings, {
    PLATZ_ECR_EVENTS_QUEUE: queue.name,
    PLATZ_ECR_EVENTS_REGION: REGION,
    PLATZ_ECR_ACCOUNTS: OWN,
    ...more,
  });
  const isWanted = (repository: string) => repository.startsWith(prefix);
  const running = await startChartDiscovery({ ...settings, DATABASE_URL: db.url }, { log, db, isWanted });
  return { messages, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

const chartsOf = (repository: string) =>
  db
    .select({
      tag: helmCharts.imageTag,
      digest: helmCharts.imageDigest,
      available: helmCharts.available,
      createdAt: helmCharts.createdAt,
      provider: helmRegistries.provider,
    })
    .from(helmCharts)
    .innerJoin(helmRegistries, eq(helmRegistries.id, helmCharts.helmRegistryId))
    .where(and(eq(helmRegistries.repoName, repository), eq(helmRegistries.domainName, world.domain)));

test("a push to ECR becomes a chart with the day of its push, a deletion takes it away, and the queue is empty", async () => {
  const { repository, push, remove } = world.createRepository();
  const queue = await world.createQueue();
  await using _ = await discovering(queue, repository);
  const pushedAt = new Date("2026-02-03T04:05:06Z");
  const { digest } = await push("1.0.0");
  world.aws.ecr.pushedAt.set(digest, pushedAt);
  await queue.send(ecrEvent(repository, { tag: "1.0.0", digest }));
  await until("the chart", async () => (await chartsOf(repository)).length === 1);
  expect(await chartsOf(repository)).toEqual([
    { tag: "1.0.0", digest, available: true, createdAt: pushedAt, provider: "Ecr" },
  ]);
  await remove("1.0.0");
  await queue.send(ecrEvent(repository, { tag: "1.0.0", digest, action: "DELETE" }));
  await until("the removal", async () => (await chartsOf(repository))[0]?.available === false);
  await until("an empty queue", async () => (await queue.depth()) === 0);
});

test("events that come twice, late or in the wrong order end in what the registry has", async () => {
  const { repository, push, remove } = world.createRepository();
  const queue = await world.createQueue();
  const first = await push("stable");
  const second = await push("stable", { "values.yaml": "a: 1\n" });
  const gone = await push("gone", { "values.yaml": "a: 2\n" });
  await remove("gone");
  await using _ = await discovering(queue, repository);
  await queue.send(ecrEvent(repository, { tag: "stable", digest: second.digest }));
  await queue.send(ecrEvent(repository, { tag: "gone", digest: gone.digest, action: "DELETE" }));
  await queue.send(ecrEvent(repository, { tag: "gone", digest: gone.digest }));
  await queue.send(ecrEvent(repository, { tag: "stable", digest: first.digest }));
  await queue.send(ecrEvent(repository, { tag: "stable", digest: second.digest }));
  await until("the chart", async () => (await chartsOf(repository)).length === 1);
  await until("an empty queue", async () => (await queue.depth()) === 0);
  expect(await chartsOf(repository)).toMatchObject([
    { tag: "stable", digest: second.digest, available: true },
  ]);
});

test("while AWS gives no login an event waits, and is no dead letter; afterwards it is recorded", async () => {
  const { repository, push } = world.createRepository();
  const queue = await world.createQueue({ deadLettersAfter: 1 });
  world.aws.fault = ({ action }) =>
    action === "GetAuthorizationToken" ? [500, "ServerException", "Something is wrong."] : undefined;
  await using discovery = await discovering(queue, repository);
  const { digest } = await push("1.0.0");
  await queue.send(ecrEvent(repository, { tag: "1.0.0", digest }));
  await until("the line", () => discovery.messages().some((line) => line.includes("cannot be looked for")));
  world.aws.fault = () => undefined;
  await until("the chart", async () => (await chartsOf(repository)).length === 1);
  await until("an empty queue", async () => (await queue.depth()) === 0);
  expect(await queue.deadLetters()).toEqual([]);
});

test("what is pushed and deleted without an event is found by the next look", async () => {
  const { repository, push, remove } = world.createRepository();
  const queue = await world.createQueue();
  await using _ = await discovering(queue, repository, { PLATZ_ECR_RECONCILE_INTERVAL: "100ms" });
  await push("1.0.0");
  await until("the chart", async () => (await chartsOf(repository))[0]?.available === true);
  await remove("1.0.0");
  await until("the removal", async () => (await chartsOf(repository))[0]?.available === false);
});
