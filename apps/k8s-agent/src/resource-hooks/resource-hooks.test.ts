import { afterAll, beforeAll, expect, test } from "bun:test";
import { claimChange } from "@platz/db/queries/resource-hooks";
import { deployments } from "@platz/db/schema";
import type { Json } from "@platz/domain";
import { deleteDeploymentResource, getDeploymentResource, updateDeploymentResource } from "@platz/services";
import { eq } from "drizzle-orm";
import { until } from "../testing/agent-world.ts";
import { createHookWorld, type HookWorld, hooksOf } from "../testing/hook-world.ts";

let world: HookWorld;
beforeAll(async () => {
  world = await createHookWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** What a signed header says; that it is well signed is a promise of the signer. */
const claimsOf = (header: string | null | undefined) =>
  JSON.parse(Buffer.from(header?.split(".")[1] ?? "", "base64url").toString());

const callsOf = (host: string) => world.calls.filter(({ url }) => url.host === host);

for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
  test(`a ${method} hook gets the whole resource as it was created, changed and deleted, secrets opened, signed by us`, async () => {
    const { id: deploymentId, host } = await world.manager();
    const lifecycle = hooksOf(method);
    const made = await world.resource({ deploymentId, lifecycle, props: { size: 1, key: "xyzzy-key" } });
    const { id } = made;
    await using _hooks = world.hooks();
    await world.reaches(id, "Ready");
    await updateDeploymentResource(world.owner, { id, name: "second", props: { size: 2 } });
    await world.reaches(id, "Ready");
    await deleteDeploymentResource(world.owner, id);
    expect(await world.reaches(id, "Ready")).toMatchObject({
      exists: false,
      syncChange: null,
      syncReason: null,
    });

    const whole = {
      id,
      created_at: made.createdAt.toISOString(),
      type_id: made.typeId,
      deployment_id: deploymentId,
      name: made.name,
      exists: true,
      props: { size: 1, key: "xyzzy-key" } as Json,
      sync_status: "Creating",
      sync_reason: null,
    };
    const changed = { ...whole, name: "second", props: { size: 2, key: "xyzzy-key" } };
    expect(callsOf(host).map(({ body }) => body)).toEqual([
      whole,
      { ...changed, sync_status: "Updating" },
      { ...changed, sync_status: "Deleting" },
    ]);
    expect(callsOf(host).map((call) => [call.method, call.url.pathname])).toEqual([
      [method, "/shops/create"],
      [method, "/shops/update"],
      [method, "/shops/delete"],
    ]);
    const [first] = callsOf(host);
    expect(first?.headers.get("content-type")).toBe("application/json");
    expect(claimsOf(first?.headers.get("authorization"))).toMatchObject({
      iss: "https://platz.example.com/",
      aud: `https://${host}`,
      sub: deploymentId,
      method,
      target: "/shops/create",
      body_sha256: new Bun.CryptoHasher("sha256").update(JSON.stringify(first?.body)).digest("base64url"),
    });
  });
}

test("an application that fails is asked again, by the same key; meanwhile one reads why, how often, and when next", async () => {
  const { id: deploymentId, host } = await world.manager();
  world.answer(host, () => new Response("the shelf is full", { status: 503 }));
  const { id } = await world.resource({ deploymentId });
  {
    await using _hooks = world.hooks({ retry: { firstMs: 60_000, maxMs: 60_000 } });
    await until(async () => (await world.row(id)).syncReason !== null);
  }
  const seen = await getDeploymentResource(world.member, id);
  expect(seen).toMatchObject({
    syncStatus: "Creating",
    syncReason: "The application answered 503: the shelf is full",
    syncAttempt: 1,
  });
  expect(seen.nextSyncAt?.getTime()).toBeGreaterThan(Date.now() + 20_000);

  world.answer(host, () => new Response(null, { status: 204 }));
  await updateDeploymentResource(world.owner, { id, props: { size: 2 } });
  await using _hooks = world.hooks();
  expect(await world.reaches(id, "Ready")).toMatchObject({
    syncReason: null,
    syncAttempt: 0,
    nextSyncAt: null,
  });
  expect(callsOf(host).at(-1)).toMatchObject({
    url: expect.objectContaining({ pathname: "/shops/create" }),
    body: { sync_status: "Creating", props: { size: 2 } },
  });
});

test("after its attempts a change has failed, for a reason one reads; the key is the same each time", async () => {
  const { id: deploymentId, host } = await world.manager();
  world.answer(host, () => new Response("", { status: 500 }));
  const { id } = await world.resource({ deploymentId });
  await using _hooks = world.hooks();
  const failed = await world.reaches(id, "Error");
  expect(failed).toMatchObject({ nextSyncAt: null, exists: true });
  expect(failed.syncReason).toBe("The application answered 500. It was tried 3 times.");
  const keys = callsOf(host).map(({ headers }) => headers.get("idempotency-key"));
  expect(keys).toEqual([`${id}:1`, `${id}:1`, `${id}:1`]);
});

test("what an application refuses is not asked again, and what it says of secrets is not shown", async () => {
  const { id: deploymentId, host } = await world.manager();
  world.answer(host, ({ body }) => new Response(`no: ${JSON.stringify(body["props"])}`, { status: 422 }));
  const { id } = await world.resource({ deploymentId, props: { size: 1, key: "xyzzy-key" } });
  await using _hooks = world.hooks();
  const failed = await world.reaches(id, "Error");
  expect(failed.syncReason).toStartWith("The application answered 422: no:");
  expect(failed.syncReason).not.toContain("xyzzy-key");
  expect(callsOf(host)).toHaveLength(1);
});

test("a change made while its hook is under way is told next, and as an update if the resource was made", async () => {
  const { id: deploymentId, host } = await world.manager();
  const reached = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  world.answer(host, async ({ url }) => {
    if (url.pathname === "/shops/create") {
      reached.resolve();
      await go.promise;
    }
    return new Response();
  });
  const { id } = await world.resource({ deploymentId });
  await using _hooks = world.hooks();
  await reached.promise;
  await updateDeploymentResource(world.owner, { id, props: { size: 7 } });
  go.resolve();
  expect(await world.reaches(id, "Ready")).toMatchObject({ props: { size: 7 } });
  expect(callsOf(host).map(({ url, body }) => [url.pathname, body["props"]])).toEqual([
    ["/shops/create", { size: 1 }],
    ["/shops/update", { size: 7 }],
  ]);
});

test("an application that never answers delays only itself, and is given up by its time", async () => {
  const [slow, fast] = [await world.manager(), await world.manager()];
  world.answer(slow.host, () => new Promise<Response>(() => {}));
  const hanging = await world.resource({ deploymentId: slow.id });
  await Promise.all([1, 2].map(() => world.resource({ deploymentId: slow.id })));
  const others = await Promise.all([1, 2, 3].map(() => world.resource({ deploymentId: fast.id })));
  await using _hooks = world.hooks({ timeoutMs: 3_000, attemptsMax: 1 });
  await Promise.all(others.map(({ id }) => world.reaches(id, "Ready")));
  expect(callsOf(slow.host).length).toBeLessThanOrEqual(1);
  const failed = await world.reaches(hanging.id, "Error");
  expect(failed.syncReason).toContain("did not answer within");
});

test("a hundred applications that never answer hold up no other", async () => {
  const fast = await world.manager();
  for (let n = 0; n < 100; n += 1) {
    const { id: deploymentId, host } = await world.manager();
    world.answer(host, () => new Promise<Response>(() => {}));
    await world.resource({ deploymentId });
  }
  const { id } = await world.resource({ deploymentId: fast.id });
  const begun = performance.now();
  await using _hooks = world.hooks();
  await world.reaches(id, "Ready");
  expect(performance.now() - begun).toBeLessThan(world.options.timeoutMs);
});

test("an application that asks to be left alone is, within the longest pause", async () => {
  const { id: deploymentId, host } = await world.manager();
  world.answer(host, () => new Response("", { status: 503, headers: { "retry-after": "3600" } }));
  const { id } = await world.resource({ deploymentId });
  await using _hooks = world.hooks({ retry: { firstMs: 1, maxMs: 60_000 } });
  await until(async () => (await world.row(id)).syncReason !== null);
  const next = (await world.row(id)).nextSyncAt?.getTime() ?? 0;
  expect(next).toBeGreaterThan(Date.now() + 50_000);
  expect(next).toBeLessThan(Date.now() + 61_000);
});

test("of many that are due one is claimed at a time", async () => {
  const { id: deploymentId } = await world.manager();
  const made = await Promise.all(Array.from({ length: 30 }, () => world.resource({ deploymentId })));
  const claimed = new Set<string>();
  for (let n = 1; n <= made.length; n += 1) {
    const taken = await claimChange(world.db, deploymentId, 60_000);
    claimed.add(taken?.resource.id ?? "none");
    const rows = await Promise.all(made.map(({ id }) => world.row(id)));
    expect(rows.filter(({ syncClaim }) => syncClaim !== null)).toHaveLength(n);
  }
  expect(claimed.size).toBe(made.length);
  expect(await claimChange(world.db, deploymentId, 60_000)).toBeUndefined();
});

test("several agents tell of each change once", async () => {
  const managers = await Promise.all([1, 2, 3, 4].map(() => world.manager()));
  const resources = await Promise.all(
    managers.flatMap(({ id: deploymentId }) =>
      Array.from({ length: 5 }, () => world.resource({ deploymentId })),
    ),
  );
  await using _one = world.hooks();
  await using _two = world.hooks();
  await using _three = world.hooks();
  await Promise.all(resources.map(({ id }) => world.reaches(id, "Ready")));
  const told = managers.flatMap(({ host }) => callsOf(host).map(({ body }) => body["id"]));
  expect(told.toSorted()).toEqual(resources.map(({ id }) => id).toSorted());
});

test("an agent that stops in the middle of a call leaves it to the next one", async () => {
  const { id: deploymentId, host } = await world.manager();
  const reached = Promise.withResolvers<void>();
  world.answer(host, () => {
    reached.resolve();
    return new Promise<Response>(() => {});
  });
  const { id } = await world.resource({ deploymentId });
  {
    await using _stopped = world.hooks();
    await reached.promise;
  }
  expect((await world.row(id)).syncReason).toBe("The agent stopped before the application had answered.");
  world.answer(host, () => new Response());
  await using _next = world.hooks();
  expect(await world.reaches(id, "Ready")).toMatchObject({ syncReason: null });
});

test("who comes back after its claim has expired changes nothing any more", async () => {
  const { id: deploymentId, host } = await world.manager();
  const late = Promise.withResolvers<void>();
  world.answer(host, async () => {
    if (callsOf(host).length === 1) {
      await late.promise;
      return new Response("", { status: 422 });
    }
    return new Response();
  });
  const { id } = await world.resource({ deploymentId });
  await using _frozen = world.hooks({ graceMs: -4_900 });
  await until(async () => callsOf(host).length === 1);
  await using _other = world.hooks();
  await world.reaches(id, "Ready");
  late.resolve();
  await updateDeploymentResource(world.owner, { id, props: { size: 4 } });
  expect(await world.reaches(id, "Ready")).toMatchObject({ props: { size: 4 }, syncReason: null });
});

test("a deployment that is not installed is told when it is, however long that takes", async () => {
  const { id: deploymentId } = await world.manager();
  await world.db.update(deployments).set({ enabled: false }).where(eq(deployments.id, deploymentId));
  const { id } = await world.resource({ deploymentId });
  await using _hooks = world.hooks({ attemptsMax: 1 });
  await until(async () => (await world.row(id)).syncReason !== null);
  expect(await world.row(id)).toMatchObject({
    syncStatus: "Creating",
    syncReason: "The deployment is not installed: its application is told when it is.",
  });
  await world.db.update(deployments).set({ enabled: true }).where(eq(deployments.id, deploymentId));
  await world.reaches(id, "Ready");
});

test("without a hook for it, or without a deployment, a change is done", async () => {
  const { id: deploymentId } = await world.manager();
  const { id, syncStatus } = await world.resource({ deploymentId, lifecycle: { create: {} } });
  expect(syncStatus).toBe("Ready");
  const orphan = await world.manager();
  const lost = await world.resource({ deploymentId: orphan.id });
  await deleteDeploymentResource(world.owner, lost.id);
  await world.db.delete(deployments).where(eq(deployments.id, orphan.id));
  await using _hooks = world.hooks();
  expect(await world.reaches(lost.id, "Ready")).toMatchObject({ exists: false });
  expect(await world.row(id)).toMatchObject({ syncAttempt: 0 });
});
