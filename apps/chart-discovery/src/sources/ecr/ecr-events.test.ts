import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { outageLogs } from "../../outage-log.ts";
import { createEcrWorld, type EcrQueue, type EcrWorld, ecrEvent, REGION } from "../../testing/ecr-world.ts";
import { testLog } from "../../testing/test-log.ts";
import { until } from "../../testing/until.ts";
import { chartSourceConformance } from "../chart-source.conformance.ts";
import type { Sighting, TagRef } from "../chart-source.ts";
import { createEcrEvents } from "./ecr-events.ts";
import type { EcrEventsOptions } from "./ecr-options.ts";
import { ecrRegistries } from "./ecr-registries.ts";

let world: EcrWorld;
beforeAll(async () => {
  world = await createEcrWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const OWN = "111122223333";
const never = new AbortController().signal;
const chart = (version: string) => ({ "Chart.yaml": `apiVersion: v2\nname: paint\nversion: ${version}\n` });

/** ECR with a queue, looked at for these repositories alone. */
function sourceOf(queue: EcrQueue, prefix: string, more: Partial<EcrEventsOptions> = {}) {
  const { log, messages } = testLog();
  const source = createEcrEvents({
    registries: ecrRegistries(never),
    queue: queue.name,
    region: REGION,
    accounts: [OWN],
    regions: [],
    reconcileMs: 3_600_000,
    known: async () => [],
    isWanted: (repository) => repository.startsWith(prefix),
    outageOf: outageLogs(log),
    log,
    ...more,
  });
  return { source, messages };
}

/** Follows a source until disposed; each sighting is settled as the test says, at once and well unless it does. */
function following(
  source: ReturnType<typeof sourceOf>["source"],
  settle: (sighting: Sighting) => void = (sighting) => sighting.settle?.(),
) {
  const stop = new AbortController();
  const seen: Sighting[] = [];
  const running = source.follow(stop.signal, (sighting) => {
    seen.push(sighting);
    settle(sighting);
  });
  return {
    seen,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

describe("ECR keeps what every source must", () => {
  chartSourceConformance(async () => {
    const repository = world.createRepository();
    const queue = await world.createQueue();
    const { source } = sourceOf(queue, repository.repository);
    return {
      source,
      domain: world.domain,
      repository: repository.repository,
      async publish(tag, version) {
        const { digest } = await repository.push(tag, chart(version));
        await queue.send(ecrEvent(repository.repository, { tag, digest }));
        return digest;
      },
      async remove(tag) {
        await repository.remove(tag);
        await queue.send(ecrEvent(repository.repository, { tag, digest: unknownDigest, action: "DELETE" }));
      },
    };
  });
});

const unknownDigest = `sha256:${"0".repeat(64)}`;

test("an event is removed when what it tells of is recorded, and not before", async () => {
  const repository = world.createRepository();
  const queue = await world.createQueue();
  const settles: Sighting[] = [];
  const { source } = sourceOf(queue, repository.repository);
  await using followed = following(source, (sighting) => settles.push(sighting));
  await queue.send(ecrEvent(repository.repository, { tag: "1.0.0", digest: unknownDigest }));
  const sighting = await until("the sighting", () => settles[0]);
  expect(sighting).toMatchObject({
    domain: world.domain,
    repository: repository.repository,
    tag: "1.0.0",
    digest: unknownDigest,
  });
  expect(await queue.depth()).toBe(1);
  sighting.settle?.();
  await until("the removal", async () => (await queue.depth()) === 0);
  expect(followed.seen).toHaveLength(1);
});

test("an event that is worked on for long is kept from others, and is not received twice", async () => {
  const repository = world.createRepository();
  const queue = await world.createQueue({ deadLettersAfter: 1 });
  const { source } = sourceOf(queue, repository.repository, { hiddenSeconds: 1 });
  const held: Sighting[] = [];
  await using followed = following(source, (sighting) => held.push(sighting));
  await queue.send(ecrEvent(repository.repository, { tag: "slow", digest: unknownDigest }));
  await until("the sighting", () => held[0]);
  // Three times as long as it is hidden at first: its next receipt would have made it a dead letter.
  await Bun.sleep(3000);
  expect(followed.seen).toHaveLength(1);
  expect(await queue.deadLetters()).toEqual([]);
  held[0]?.settle?.();
  await until("the removal", async () => (await queue.depth()) === 0);
}, 20_000);

test("poison costs one dead letter each, with its reason, and everything else goes on", async () => {
  const repository = world.createRepository();
  const queue = await world.createQueue({ deadLettersAfter: 2 });
  const { source, messages } = sourceOf(queue, repository.repository);
  await using followed = following(source);
  await queue.send("not json");
  await queue.send(ecrEvent(repository.repository, { tag: "1.0.0", digest: unknownDigest }));
  await queue.send({ source: "aws.ecr", "detail-type": "ECR Image Action", detail: { result: "SUCCESS" } });
  await queue.send(ecrEvent(repository.repository, { tag: "2.0.0", digest: unknownDigest }));
  const dead: string[] = [];
  await until("two dead letters and an empty queue", async () => {
    dead.push(...(await queue.deadLetters()));
    return dead.length === 2 && (await queue.depth()) === 0;
  });
  expect(followed.seen.map(({ tag }) => tag).sort()).toEqual(["1.0.0", "2.0.0"]);
  expect(messages().filter((line) => line === "an event cannot be worked on; it comes again")).toHaveLength(
    2,
  );
});

test("a chart that cannot be taken leaves its event to the queue of dead letters", async () => {
  const repository = world.createRepository();
  const queue = await world.createQueue({ deadLettersAfter: 1 });
  const { source } = sourceOf(queue, repository.repository, { hiddenSeconds: 1 });
  await using _ = following(source, ({ settle }) => settle?.(new Error("its registry refuses it")));
  await queue.send(ecrEvent(repository.repository, { tag: "1.0.0", digest: unknownDigest }));
  const letter = await until("the dead letter", async () => (await queue.deadLetters())[0]);
  expect(JSON.parse(letter)).toMatchObject({ detail: { "image-tag": "1.0.0" } });
}, 20_000);

test("where nothing takes dead letters, poison is given up after five receipts", async () => {
  const repository = world.createRepository();
  const queue = await world.createQueue();
  const { source, messages } = sourceOf(queue, repository.repository);
  await using _ = following(source);
  await queue.send("poison");
  await until("its end", async () => (await queue.depth()) === 0);
  expect(messages()).toEqual([
    "an event cannot be worked on; it comes again",
    "an event is given up: its queue has no queue for dead letters",
  ]);
});

test("events of accounts and regions that are not ours are passed over, and told of once each", async () => {
  const repository = world.createRepository();
  const queue = await world.createQueue();
  const { source, messages } = sourceOf(queue, repository.repository);
  await using followed = following(source);
  const pushed = { tag: "1.0.0", digest: unknownDigest };
  await queue.send(ecrEvent(repository.repository, pushed, { account: "999988887777" }));
  await queue.send(ecrEvent(repository.repository, pushed, { account: "999988887777" }));
  await queue.send(ecrEvent(repository.repository, pushed, { region: "us-east-1" }));
  await queue.send(ecrEvent(repository.repository, { ...pushed, tag: "ours" }));
  await until("an empty queue", async () => (await queue.depth()) === 0);
  expect(followed.seen.map(({ tag }) => tag)).toEqual(["ours"]);
  expect(messages().filter((line) => line.includes("are passed over"))).toHaveLength(2);
});

test("a deletion that names no tag is one of all that are recorded of the repository", async () => {
  const { repository } = world.createRepository();
  const queue = await world.createQueue();
  const recorded: TagRef[] = ["1.0.0", "stable"].map((tag) => ({ domain: world.domain, repository, tag }));
  const known = async () => [...recorded, { domain: world.domain, repository: "other", tag: "1.0.0" }];
  const { source } = sourceOf(queue, "no-reconcile", { known, isWanted: (name) => name === repository });
  await using followed = following(source);
  await until("the first look", () => followed.seen.length === 2);
  await queue.send(ecrEvent(repository, { digest: unknownDigest, action: "DELETE" }));
  await until("both again", () => followed.seen.length === 4);
  expect(
    followed.seen
      .slice(2)
      .map(({ tag }) => tag)
      .sort(),
  ).toEqual(["1.0.0", "stable"]);
});

test("what no event told of is found by looking, over all pages, and images that are no charts are left out", async () => {
  const repositories = [1, 2, 3, 4].map((number) => world.createRepository(`paint-${number}-chart`));
  for (const [index, { push }] of repositories.entries()) {
    for (const version of ["1.0.0", "2.0.0"]) await push(version, chart(`${version}+${index}`));
  }
  const names = repositories.map(({ repository }) => repository);
  const image = repositories[0];
  await image?.pushManifest("image", {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: unknownDigest, size: 2 },
    layers: [],
  });
  const queue = await world.createQueue();
  world.aws.ecr.pageSize = 1;
  await using _ = {
    async [Symbol.asyncDispose]() {
      world.aws.ecr.pageSize = 1000;
    },
  };
  const { source } = sourceOf(queue, "", { isWanted: (name) => names.includes(name) });
  await using followed = following(source);
  await until("all", () => followed.seen.length >= 8);
  expect(followed.seen.map(({ repository, tag }) => `${repository}:${tag}`).sort()).toEqual(
    names.flatMap((name) => [`${name}:1.0.0`, `${name}:2.0.0`]).sort(),
  );
});

test("a chart is as old as its push, and one that is gone is gone", async () => {
  const repository = world.createRepository();
  const pushedAt = new Date("2026-01-02T03:04:05Z");
  const { digest } = await repository.push("1.0.0", chart("1.0.0"));
  world.aws.ecr.pushedAt.set(digest, pushedAt);
  const { source } = sourceOf(await world.createQueue(), repository.repository);
  await using followed = following(source);
  await until("the look", () => followed.seen.length === 1);
  const of = { domain: world.domain, repository: repository.repository };
  expect((await source.pull({ ...of, digest }))?.createdAt).toEqual(pushedAt);
  await repository.remove("1.0.0");
  expect(await source.digestOf({ ...of, tag: "1.0.0" })).toBeUndefined();
});

test("a refusal of AWS is one line that says what is refused, until it is granted", async () => {
  const repository = world.createRepository();
  await repository.push("1.0.0", chart("1.0.0"));
  world.aws.fault = ({ action }) =>
    action === "DescribeRepositories"
      ? [400, "AccessDeniedException", "User is not authorized to perform: ecr:DescribeRepositories"]
      : undefined;
  const queue = await world.createQueue();
  const { log, lines } = testLog();
  const more = { log, outageOf: outageLogs(log), reconcileMs: 100 };
  const { source } = sourceOf(queue, repository.repository, more);
  await using followed = following(source);
  await until("the line", () => lines().some((line) => line.includes("ecr:DescribeRepositories")));
  world.aws.fault = () => undefined;
  await until("the chart", () => followed.seen.length > 0);
  expect(lines().filter((line) => line.includes("cannot be looked for"))).toHaveLength(1);
});
