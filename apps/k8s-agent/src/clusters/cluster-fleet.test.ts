import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { k8sClusters } from "@platz/db/schema";
import { ClusterId, NothingChanged } from "@platz/domain";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { localProvider } from "../providers/local.ts";
import { until } from "../testing/agent-world.ts";
import { createFleetWorld, listedProvider } from "../testing/fleet-world.ts";
import { kubeRequest } from "../testing/kube-request.ts";
import { tcpProxy } from "../testing/tcp-proxy.ts";
import { rendezvousWinner } from "./rendezvous.ts";

let world: Awaited<ReturnType<typeof createFleetWorld>>;
beforeAll(async () => {
  world = await createFleetWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const named = () => `c-${crypto.randomUUID().slice(0, 8)}`;
const real = () => world.connection;

/** A provider of one cluster with a name of its own. */
function single(connection = real) {
  const name = named();
  const provider = listedProvider(connection);
  provider.listed.add(name);
  return { name, provider };
}

/** Names of two agents; the cluster is to be the first one's as long as that lives. */
function twoAgents(id: ClusterId): [string, string] {
  const names = [`agent-${crypto.randomUUID()}`, `agent-${crypto.randomUUID()}`] as const;
  return rendezvousWinner(id, names) === names[0] ? [...names] : [names[1], names[0]];
}

test("a new cluster is left alone until somebody puts it to use, which acts at once, as does ignoring it", async () => {
  const { name, provider } = single();
  await using running = await world.startFleet(provider);
  const found = await until(() => world.row(name));
  expect(found).toMatchObject({ ignore: true, leaseOwner: null });
  expect(() => running.fleet.client(found.id)).toThrow(NothingChanged);

  await world.setIgnore(name, false);
  await until(async () => (await world.row(name))?.leaseOwner);
  const client = await until(async () => attempt(() => running.fleet.client(found.id)), 5_000);
  expect(await client.version()).toStartWith("v1.");

  await world.setIgnore(name, true);
  await until(async () => (await world.row(name))?.leaseOwner === null, 5_000);
  expect(() => running.fleet.client(found.id)).toThrow(NothingChanged);
});

test("a cluster that cannot be reached says why and since when, is tried again in its time and not before, and recovers", async () => {
  let port = 1;
  let asked = 0;
  const { name, provider } = single(() => {
    asked += 1;
    return { ...world.connection, server: `https://127.0.0.1:${port}` };
  });
  const { id } = await world.inUse(name);
  await using running = await world.startFleet(provider, { retry: { firstMs: 600, maxMs: 600 } });
  const bad = await until(async () => {
    const row = await world.row(name);
    return row?.isOk === false ? row : undefined;
  });
  expect(bad.notOkReason).toBe("The cluster's API server cannot be reached (connection refused).");
  expect(bad.notOkSince).toBeInstanceOf(Date);
  expect(bad.nextTryAt).toBeInstanceOf(Date);

  const from = { asked, at: performance.now() };
  // Changes of its row wake it, and must not make it hurry.
  for (let i = 0; i < 20; i++) await world.setIgnore(name, false);
  await until(async () => asked >= from.asked + 3);
  expect(performance.now() - from.at).toBeGreaterThan(600);

  port = Number(new URL(world.connection.server).port);
  const good = await until(async () => {
    const row = await world.row(name);
    return row?.isOk ? row : undefined;
  });
  expect(good).toMatchObject({ notOkReason: null, notOkSince: null, nextTryAt: null });
  expect(running.fleet.client(id)).toBeDefined();
});

test("a cluster that goes away later is noticed, keeps the time since when, and is used again when it is back", async () => {
  await using proxy = await tcpProxy(world.connection.server);
  const { name, provider } = single(() => ({
    ...world.connection,
    server: `https://127.0.0.1:${proxy.port}`,
  }));
  const { id } = await world.inUse(name);
  await using running = await world.startFleet(provider);
  await until(async () => attempt(() => running.fleet.client(id)));
  await proxy.cut();
  const first = await until(async () => (await world.row(name))?.notOkSince ?? undefined);
  expect(() => running.fleet.client(id)).toThrow(NothingChanged);
  await until(async () => (await world.row(name))?.nextTryAt);
  expect((await world.row(name))?.notOkSince).toEqual(first);
  await proxy.mend();
  await until(async () => (await world.row(name))?.isOk);
  expect(running.fleet.client(id)).toBeDefined();
});

test("an unreadable kubeconfig is a sentence in the log, and the cluster appears with the file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
  await using _removed = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const kubeconfig = join(folder, "config");
  await using _running = await world.startFleet(localProvider({ kubeconfig }));
  const line = await until(async () =>
    world.log.lines.find(({ message }) => message.startsWith("clusters could not be found")),
  );
  expect(line.message).toBe(
    `clusters could not be found: The kubeconfig ${kubeconfig} cannot be read (ENOENT); check the path and the file. Trying again.`,
  );
  await Bun.write(kubeconfig, await Bun.file(process.env["PLATZ_TEST_KUBECONFIG"] ?? "").text());
  const providerId = `local:${world.connection.context}`;
  const [row] = await until(async () => {
    const rows = await world.db.select().from(k8sClusters).where(eq(k8sClusters.providerId, providerId));
    return rows.length > 0 && rows;
  });
  expect(row).toMatchObject({ name: world.connection.context, regionName: "local", ignore: true });
});

test("one agent at a time holds a cluster; the next one takes over as soon as it stops", async () => {
  const { name, provider } = single();
  const { id } = await world.inUse(name);
  const [winner, next] = twoAgents(id);
  const first = await world.startFleet(provider, { owner: winner });
  await until(async () => attempt(() => first.fleet.client(id)));
  await using second = await world.startFleet(provider, { owner: next, leaseMs: 600 });
  await until(async () => second.fleet.isKnown(id));
  expect(() => second.fleet.client(id)).toThrow(NothingChanged);
  expect((await world.row(name))?.leaseOwner).toBe(winner);
  await first[Symbol.asyncDispose]();
  await until(async () => attempt(() => second.fleet.client(id)), 5_000);
  expect((await world.row(name))?.leaseOwner).toBe(next);
});

test("an agent whose the cluster is to be is given it by the one that holds it", async () => {
  const { name, provider } = single();
  const { id } = await world.inUse(name);
  const [winner, other] = twoAgents(id);
  await using first = await world.startFleet(provider, { owner: other });
  await until(async () => attempt(() => first.fleet.client(id)));
  await using second = await world.startFleet(provider, { owner: winner });
  await until(async () => attempt(() => second.fleet.client(id)), 10_000);
  expect(first.fleet.connected()).toEqual([]);
  expect((await world.row(name))?.leaseOwner).toBe(winner);
});

test("a cluster that its agent does not reach is held by one that does, until the first reaches it again", async () => {
  await using proxy = await tcpProxy(world.connection.server);
  const connection = () => ({ ...world.connection, server: `https://127.0.0.1:${proxy.port}` });
  const { name, provider } = single(connection);
  const other = listedProvider(real);
  other.listed.add(name);
  const { id } = await world.inUse(name);
  const [winner, next] = twoAgents(id);
  await using first = await world.startFleet(provider, { owner: winner });
  await using second = await world.startFleet(other, { owner: next });
  await until(async () => attempt(() => first.fleet.client(id)));
  await proxy.cut();
  await until(async () => attempt(() => second.fleet.client(id)), 20_000);
  await until(async () => (await world.row(name))?.isOk);
  expect(first.fleet.connected()).toEqual([]);
  await proxy.mend();
  await until(async () => attempt(() => first.fleet.client(id)), 20_000);
  expect(second.fleet.connected()).toEqual([]);
});

test("a cluster that another agent holds can be reached for a part of a task, and stays the other's", async () => {
  const { name, provider } = single();
  const { id } = await world.inUse(name);
  const [winner, next] = twoAgents(id);
  await using first = await world.startFleet(provider, { owner: winner });
  await until(async () => attempt(() => first.fleet.client(id)));
  await using second = await world.startFleet(provider, { owner: next });
  await until(async () => second.fleet.isKnown(id));
  expect(() => second.fleet.client(id)).toThrow(NothingChanged);
  const guest = await second.fleet.reach(id, AbortSignal.timeout(5_000));
  expect(await guest.getNamespace("default")).toMatchObject({ phase: "Active" });
  expect(second.fleet.connected()).toEqual([]);
  await expect(
    second.fleet.reach(ClusterId.parse(crypto.randomUUID()), AbortSignal.timeout(5_000)),
  ).rejects.toThrow(NothingChanged);
});

test("a cluster that its provider no longer lists is let go and says so; listed again, it is used again", async () => {
  const { name, provider } = single();
  const { id } = await world.inUse(name);
  await using running = await world.startFleet(provider, { refreshMs: 100 });
  await until(async () => attempt(() => running.fleet.client(id)));
  provider.listed.clear();
  await until(async () => (await world.row(name))?.leaseOwner === null);
  expect(await world.row(name)).toMatchObject({
    isOk: false,
    notOkReason: "The provider test does not list this cluster any more.",
  });
  provider.listed.add(name);
  await until(async () => (await world.row(name))?.isOk);
  await until(async () => attempt(() => running.fleet.client(id)));
});

test("a part of the world that cannot be looked at drops nothing known, and is told of the clusters there that nobody reaches", async () => {
  const { name, provider } = single();
  const { id } = await world.inUse(name);
  // Seen by another agent, which will not be missed for as long as this test runs.
  const lastSeenAt = new Date(Date.now() + 3_600_000);
  const elsewhere = await world.inUse(named(), { lastSeenAt });
  const lost = await world.inUse(named(), { lastSeenAt });
  await using running = await world.startFleet(provider, { refreshMs: 50 });
  await until(async () => attempt(() => running.fleet.client(id)));
  provider.listed.clear();
  provider.blindSpots.push({
    part: "region far",
    reason: "It does not answer.",
    covers: ({ providerId }) => [name, elsewhere.name].some((each) => providerId === `test:${each}`),
  });
  const row = await until(async () => {
    const found = await world.row(elsewhere.name);
    return found?.isOk === false ? found : undefined;
  });
  expect(row.notOkReason).toBe("Of region far nothing is known: It does not answer.");
  expect(running.fleet.blindSpots).toBe(1);
  expect(world.log.lines.filter(({ fields }) => fields["part"] === "region far")).toHaveLength(1);
  expect(running.fleet.client(id)).toBeDefined();
  expect((await world.row(name))?.isOk).toBe(true);
  expect((await world.row(lost.name))?.isOk).toBe(true);
  // Once it can be looked at again, what is not there is gone.
  provider.blindSpots.length = 0;
  await until(async () => (await world.row(name))?.isOk === false);
  expect(running.fleet.blindSpots).toBe(0);
});

test("a cluster in use that vanished while no agent ran is flagged by whichever agent runs next", async () => {
  const lost = await world.inUse(named(), { lastSeenAt: new Date(Date.now() - 3_600_000) });
  await using _running = await world.startFleet(single().provider);
  await until(async () => (await world.row(lost.name))?.isOk === false);
  expect((await world.row(lost.name))?.notOkReason).toBe("No agent finds this cluster any more.");
});

test("a cluster that answers but does not show all workloads is not healthy, and says which", async () => {
  const role = `no-jobs-${crypto.randomUUID().slice(0, 8)}`;
  await using account = await accountThatMay(role, [
    { apiGroups: [""], resources: ["namespaces", "pods", "secrets"], verbs: ["list", "watch"] },
    { apiGroups: ["apps"], resources: ["deployments", "statefulsets"], verbs: ["list", "watch"] },
  ]);
  const { cert: _cert, key: _key, ...rest } = world.connection;
  const { name, provider } = single(() => ({
    ...rest,
    cert: undefined,
    key: undefined,
    token: account.token,
  }));
  await world.inUse(name);
  await using _running = await world.startFleet(provider);
  const row = await until(async () => {
    const found = await world.row(name);
    return found?.isOk === false ? found : undefined;
  });
  expect(row.notOkReason).toContain("jobs");
  expect(row.notOkReason).not.toContain(account.token);
});

/** A service account of the real cluster with these rights alone, and a token of it. */
async function accountThatMay(name: string, rules: readonly object[]) {
  const ask = (method: string, path: string, body?: object) =>
    kubeRequest(world.connection, { method, path, ...(body ? { body } : {}) });
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  const accounts = "/api/v1/namespaces/default/serviceaccounts";
  await ask("POST", accounts, { metadata: { name } });
  await ask("POST", `${rbac}/clusterroles`, { metadata: { name }, rules });
  await ask("POST", `${rbac}/clusterrolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
    subjects: [{ kind: "ServiceAccount", name, namespace: "default" }],
  });
  const answer = await ask("POST", `${accounts}/${name}/token`, { spec: {} });
  const { status } = z.object({ status: z.object({ token: z.string() }) }).parse(answer);
  return {
    token: status.token,
    async [Symbol.asyncDispose]() {
      await ask("DELETE", `${rbac}/clusterrolebindings/${name}`);
      await ask("DELETE", `${rbac}/clusterroles/${name}`);
      await ask("DELETE", `${accounts}/${name}`);
    },
  };
}

/** What it gives, or nothing where it throws. */
function attempt<Answer>(give: () => Answer): Answer | undefined {
  try {
    return give();
  } catch {
    return undefined;
  }
}
