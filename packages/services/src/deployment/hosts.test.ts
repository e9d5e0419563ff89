import { afterAll, beforeAll, expect, test } from "bun:test";
import { deploymentKinds, deployments } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { type DeploymentId, Invalid } from "@platz/domain";
import { eq } from "drizzle-orm";
import { updateCluster } from "../cluster/update.ts";
import { findStatusTarget } from "../reported-status/find-status-target.ts";
import {
  createTestWorld,
  insertTestChart,
  insertTestCluster,
  markInstalled,
  type TestWorld,
} from "../testing.ts";
import { createDeployment } from "./create.ts";
import { ingressOrigin } from "./ingress-origin.ts";
import { listDeployments } from "./list.ts";
import { previewDeployment } from "./preview.ts";
import { updateDeployment } from "./update.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const featuresOf = (format: "Name" | "KindAndName") => ({
  apiVersion: "platz.io/v1beta2",
  kind: "Features",
  spec: {
    ingress: { enabled: true, hostname_format: format },
    status: { endpoint: "standard_ingress", path: "status", refresh_interval_secs: 30 },
  },
});

/** A world of its own, with two kinds whose deployments are named after themselves alone. */
async function prepared() {
  world = await createTestWorld(db);
  const [mixers] = await db
    .insert(deploymentKinds)
    .values({ name: `Mixer${crypto.randomUUID().slice(0, 8)}` })
    .returning();
  if (!mixers) throw new Error("no kind");
  const shop = await insertTestChart(db, world.kind.id, { features: featuresOf("Name") });
  const long = await insertTestChart(db, world.kind.id, { features: featuresOf("KindAndName") });
  const mixer = await insertTestChart(db, mixers.id, { features: featuresOf("Name") });
  const { siteAdmin } = world;
  const create = (name: string, more: Parameters<TestWorld["newDeployment"]>[0] = {}) =>
    createDeployment(siteAdmin, world.newDeployment({ name, helmChartId: shop.id, ...more }));
  const mix = { kindId: mixers.id, helmChartId: mixer.id };
  return { create, mix, shop, long, mixer, siteAdmin };
}

const edit = async (id: DeploymentId, changes: object) => {
  const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
  return await updateDeployment(world.siteAdmin, { id, version: row?.version ?? 0, ...changes });
};

test("a host is taken once on a cluster, whatever the kind, and on another cluster once more", async () => {
  const { create, mix } = await prepared();
  const first = await create("eve");
  expect(first).toMatchObject({ hostLabel: "eve", hostShared: false });
  await expect(create("eve", mix)).rejects.toThrow(
    `${world.kind.name} eve has the host eve.${world.cluster.ingressDomain} already: choose another name or cluster.`,
  );
  const other = await insertTestCluster(db, world.env.id);
  expect((await create("eve", { ...mix, clusterId: other.id })).hostLabel).toBe("eve");
});

test("of many who want one host at once, one gets it", async () => {
  const { create, mix } = await prepared();
  const all = await Promise.allSettled([
    create("eve"),
    create("eve", mix),
    create("eve"),
    create("eve", mix),
  ]);
  expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const each of all) {
    if (each.status === "rejected") expect(String(each.reason)).toMatch(/Conflict: .*(choose another)/);
  }
});

test("a host is not taken by a rename, a move, another chart, or by being enabled again", async () => {
  const { create, mix, shop, long } = await prepared();
  const { kind, cluster, env } = world;
  const held = await create("eve");
  const mixer = await create("ann", mix);
  await expect(edit(mixer.id, { name: "eve" })).rejects.toThrow(`has the host eve.${cluster.ingressDomain}`);
  const other = await insertTestCluster(db, env.id);
  const elsewhere = await create("eve", { ...mix, clusterId: other.id });
  await expect(edit(elsewhere.id, { clusterId: cluster.id })).rejects.toThrow("has the host eve.");
  // By its kind and name it has the host that another kind's deployment has by its name alone.
  const byBoth = await create("joe", { helmChartId: long.id });
  expect(byBoth.hostLabel).toBe(`${kind.name.toLowerCase()}-joe`);
  await create("joe", mix);
  await expect(edit(byBoth.id, { helmChartId: shop.id })).rejects.toThrow("has the host joe.");
  await edit(held.id, { enabled: false });
  await expect(edit(mixer.id, { name: "eve" })).rejects.toThrow("has the host eve.");
  expect((await edit(held.id, { enabled: true })).hostLabel).toBe("eve");
});

test("what is left is free: after a rename, a move, another chart, and the end of a deployment", async () => {
  const { create, mix, long } = await prepared();
  const { kind } = world;
  const first = await create("eve");
  expect((await edit(first.id, { name: "ann" })).hostLabel).toBe("ann");
  const mixer = await create("eve", mix);
  expect((await edit(first.id, { helmChartId: long.id })).hostLabel).toBe(`${kind.name.toLowerCase()}-ann`);
  const other = await insertTestCluster(db, world.env.id);
  await edit(mixer.id, { clusterId: other.id });
  const third = await create("eve");
  await db.delete(deployments).where(eq(deployments.id, third.id));
  expect((await create("eve", mix)).hostLabel).toBe("eve");
});

test("the place of Platz itself, and what the operator reserves, is for nobody", async () => {
  const { create, shop, long } = await prepared();
  const { siteAdmin, cluster, newDeployment } = world;
  await expect(create("platz")).rejects.toThrow(Invalid);
  await expect(create("platz")).rejects.toThrow(
    `name: the host platz.${cluster.ingressDomain} is reserved: choose another name`,
  );
  expect((await create("platz", { helmChartId: long.id })).hostLabel).toEndWith("-platz");
  const strict = {
    ...siteAdmin,
    ownUrl: `https://deploy.${cluster.ingressDomain}/`,
    reservedHosts: ["login", `mail.${cluster.ingressDomain}`, "shop.elsewhere.test"],
  };
  const by = (name: string) => createDeployment(strict, newDeployment({ name, helmChartId: shop.id }));
  for (const name of ["deploy", "login", "mail"]) await expect(by(name)).rejects.toThrow("is reserved");
  expect((await by("shop")).hostLabel).toBe("shop");
});

test("a cluster gets no domain under which a deployment would have a reserved host", async () => {
  const { create } = await prepared();
  const { siteAdmin, cluster } = world;
  await create("login");
  const ingressDomain = `${crypto.randomUUID()}.test`;
  const strict = { ...siteAdmin, reservedHosts: [`login.${ingressDomain}`] };
  await expect(updateCluster(strict, { id: cluster.id, ingressDomain })).rejects.toThrow(
    `would get the host login.${ingressDomain}, which is reserved: rename it first`,
  );
  expect((await updateCluster(siteAdmin, { id: cluster.id, ingressDomain })).ingressDomain).toBe(
    ingressDomain,
  );
});

test("requests and the standard ingress go to the host that the deployment holds, under the cluster's domain of now", async () => {
  const { create } = await prepared();
  const { siteAdmin, cluster } = world;
  const { id } = await create("eve");
  await markInstalled(db, id);
  const url = async () => (await findStatusTarget(db, id))?.address;
  expect(await url()).toEqual({ url: `https://eve.${cluster.ingressDomain}/status` });
  const ingressDomain = `${crypto.randomUUID()}.test`;
  await updateCluster(siteAdmin, { id: cluster.id, ingressDomain });
  expect(await url()).toEqual({ url: `https://eve.${ingressDomain}/status` });
  expect((await previewDeployment(siteAdmin, { id })).values["ingress"]).toMatchObject({
    hosts: [{ host: `eve.${ingressDomain}` }],
  });
  expect((await previewDeployment(siteAdmin, { id, name: "ann" })).values["ingress"]).toMatchObject({
    hosts: [{ host: `ann.${ingressDomain}` }],
  });
  expect(() => ingressOrigin({ hostLabel: "eve" }, { name: "c", ingressDomain: null })).toThrow(
    "has no ingress domain",
  );
});

test("a host that was shared before is kept and listed, given to nobody else, and its own once the other has left it", async () => {
  const { create, mix } = await prepared();
  const { siteAdmin, env } = world;
  const holder = await create("eve");
  const sharer = await create("ann", mix);
  // As the migration leaves two that had one host.
  await db
    .update(deployments)
    .set({ name: "eve", hostLabel: "eve", hostShared: true })
    .where(eq(deployments.id, sharer.id));
  const shared = async () =>
    (await listDeployments(siteAdmin, { envId: env.id, hostShared: true, page: { page: 1, perPage: 10 } }))
      .items;
  expect((await shared()).map(({ id }) => id)).toEqual([sharer.id]);
  expect(await edit(sharer.id, { descriptionMd: "still here" })).toMatchObject({ hostShared: true });
  await edit(holder.id, { name: "joe" });
  await expect(create("eve")).rejects.toThrow("has the host eve.");
  expect(await edit(sharer.id, { descriptionMd: "alone" })).toMatchObject({
    hostLabel: "eve",
    hostShared: false,
  });
  expect(await shared()).toEqual([]);
});
