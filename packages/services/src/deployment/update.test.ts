import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Conflict, Forbidden, NotFound, PreconditionFailed } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import {
  createTestWorld,
  insertTestChart,
  insertTestCluster,
  operationsOf,
  type TestWorld,
  tasksOf,
} from "../testing.ts";
import { deleteDeployment } from "./delete.ts";
import { getDeployment } from "./get.ts";
import { listDeployments } from "./list.ts";
import { updateDeployment } from "./update.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const kindsOf = async (id: Parameters<typeof operationsOf>[1]) =>
  (await operationsOf(db, id)).map(({ kind }) => kind);
const page = { page: 1, perPage: 50 };

test("a deployment in an env that you do not belong to looks exactly like one that does not exist", async () => {
  const { id, version } = await world.installed();
  const gone = crypto.randomUUID() as typeof id;
  const messageOf = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(
      () => undefined,
      (error) => error,
    );
    expect(error).toBeInstanceOf(NotFound);
    return (error as NotFound).message;
  };
  const ways: ((context: ServiceContext, of: typeof id) => Promise<unknown>)[] = [
    getDeployment,
    (context, of) => updateDeployment(context, { id: of, version, config: {} }),
    deleteDeployment,
  ];
  for (const way of ways) {
    const hidden = await messageOf(way(world.stranger, id));
    expect(hidden.replace(id, gone)).toBe(await messageOf(way(world.stranger, gone)));
  }
  expect((await listDeployments(world.stranger, { page })).numTotal).toBe(0);
  expect((await listDeployments(world.member, { page })).items.map((item) => item.id)).toContain(id);
});

test("a list carries no inputs", async () => {
  await world.installed();
  const { items } = await listDeployments(world.member, { page });
  for (const item of items) expect(Object.keys(item)).not.toContain("config");
});

test("a maintainer's change of inputs is saved with its Upgrade, and counted", async () => {
  const { id, version } = await world.installed();
  const updated = await updateDeployment(world.maintainer, { id, version, config: { size: 5 } });
  expect(updated).toMatchObject({ version: version + 1, config: { size: 5 } });
  expect((await operationsOf(db, id)).at(-1)).toMatchObject({
    kind: "Upgrade",
    configDelta: { size: [3, 5] },
  });
});

test("two people editing one deployment at once: one is told that the other was there", async () => {
  const { id, version } = await world.installed();
  const edits = [world.maintainer, world.owner].map((context, index) =>
    updateDeployment(context, { id, version, config: { size: index + 4 } }),
  );
  const results = await Promise.allSettled(edits);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const error = results.find(({ status }) => status === "rejected") as PromiseRejectedResult;
  expect(error.reason).toBeInstanceOf(Conflict);
  const winner = results[0]?.status === "fulfilled" ? world.maintainer : world.owner;
  expect(error.reason.message).toContain(winner.scope.label);
  expect(error.reason.message).toContain("reload it");
  expect(await kindsOf(id)).toEqual(["Install", "Upgrade"]);
});

test("an Upgrade takes the place of those that wait only when it is asked to, and of nothing else", async () => {
  const { id, version } = await world.installed();
  const edits = [{ size: 1 }, { size: 2 }, { size: 3, supersede: true }];
  let seen = version;
  for (const { size, ...more } of edits) {
    seen = (await updateDeployment(world.maintainer, { id, version: seen, config: { size }, ...more }))
      .version;
  }
  const rows = await tasksOf(db, id);
  expect(rows.map(({ operation, status }) => `${operation.kind} ${status}`)).toEqual([
    "Install Done",
    "Upgrade Canceled",
    "Upgrade Canceled",
    "Upgrade Pending",
  ]);
  expect(rows[1]?.reason).toBe(
    `Superseded by a newer Upgrade that ${world.maintainer.scope.label} asked for.`,
  );
  await updateDeployment(world.maintainer, { id, version: seen, descriptionMd: "x", supersede: true });
  expect((await tasksOf(db, id)).at(-1)?.status).toBe("Pending");
});

test("a description alone asks for no work", async () => {
  const { id, version } = await world.installed();
  await updateDeployment(world.maintainer, { id, version, descriptionMd: "hello" });
  expect(await kindsOf(id)).toEqual(["Install"]);
});

test("a rename moves the namespace, with both places in the Recreate", async () => {
  const { id, version, namespace, clusterId } = await world.installed();
  const renamed = await updateDeployment(world.maintainer, { id, version, name: "fresh" });
  expect(renamed.namespace).toBe(`${world.kind.name.toLowerCase()}-fresh`);
  expect((await operationsOf(db, id)).slice(1)).toMatchObject([
    { kind: "Recreate", oldNamespace: namespace, newNamespace: renamed.namespace, oldClusterId: clusterId },
    { kind: "Upgrade" },
  ]);
});

test("a rename onto another deployment is a conflict that names it", async () => {
  const other = await world.installed();
  const { id, version } = await world.installed();
  const error = await updateDeployment(world.maintainer, { id, version, name: other.name }).catch((e) => e);
  expect(error).toBeInstanceOf(Conflict);
  expect(error.message).toContain(other.name);
});

test("a move needs rights where the deployment goes", async () => {
  const { id, version } = await world.installed();
  const beside = await insertTestCluster(db, world.env.id);
  await expect(
    updateDeployment(world.maintainer, { id, version, clusterId: world.otherCluster.id }),
  ).rejects.toThrow(NotFound);
  const moved = await updateDeployment(world.maintainer, { id, version, clusterId: beside.id });
  expect(moved.clusterId).toBe(beside.id);
  expect(await kindsOf(id)).toEqual(["Install", "Recreate", "Upgrade"]);
});

test("only owners enable, disable and override values", async () => {
  const { id, version } = await world.installed();
  await expect(updateDeployment(world.maintainer, { id, version, enabled: false })).rejects.toThrow(
    Forbidden,
  );
  await expect(updateDeployment(world.maintainer, { id, version, valuesOverride: { a: 1 } })).rejects.toThrow(
    Forbidden,
  );
  await updateDeployment(world.owner, { id, version, enabled: false });
  expect(await kindsOf(id)).toEqual(["Install", "Uninstall"]);
});

test("a values override is cleared with null", async () => {
  const { id, version } = await world.installed({ valuesOverride: { a: 1 } });
  expect(await updateDeployment(world.owner, { id, version, valuesOverride: null })).toMatchObject({
    valuesOverride: {},
  });
});

test("a deployment itself cannot change deployments", async () => {
  const { id, version } = await world.installed();
  const self = await world.as({ kind: "Deployment", id });
  await expect(updateDeployment(self, { id, version, config: { size: 4 } })).rejects.toThrow(Forbidden);
});

test("disabling is refused while an enabled deployment uses it, and that one is named", async () => {
  const used = await world.installed();
  const user = await world.installed({ config: { size: 1, peer: used.id } });
  const disable = () => updateDeployment(world.owner, { id: used.id, version: used.version, enabled: false });
  await expect(disable()).rejects.toThrow(user.name);
  await updateDeployment(world.owner, { id: user.id, version: user.version, enabled: false });
  await disable();
});

test("deleting is refused while any deployment uses it, also a disabled one", async () => {
  const used = await world.installed();
  const user = await world.installed({ config: { size: 1, peer: used.id } });
  const { version } = await updateDeployment(world.owner, {
    id: user.id,
    version: user.version,
    enabled: false,
  });
  await expect(deleteDeployment(world.owner, used.id)).rejects.toThrow(user.name);
  await updateDeployment(world.owner, { id: user.id, version, config: { size: 1 } });
  await deleteDeployment(world.owner, used.id);
});

test("what is being deleted cannot be changed, and deleting again adds nothing", async () => {
  const { id, version } = await world.installed();
  await deleteDeployment(world.owner, id);
  await deleteDeployment(world.owner, id);
  expect(await getDeployment(world.owner, id)).toMatchObject({ status: "Deleting" });
  expect(await kindsOf(id)).toEqual(["Install", "Uninstall"]);
  await expect(updateDeployment(world.owner, { id, version, config: { size: 4 } })).rejects.toThrow(
    PreconditionFailed,
  );
});

test("nobody can begin to use a deployment that is being deleted", async () => {
  const { id } = await world.installed();
  await deleteDeployment(world.owner, id);
  await expect(world.installed({ config: { size: 1, peer: id } })).rejects.toThrow("config.peer");
});

test("a deployment cannot refer to itself", async () => {
  const { id, version } = await world.installed();
  await expect(
    updateDeployment(world.maintainer, { id, version, config: { size: 1, peer: id } }),
  ).rejects.toThrow("cannot refer to itself");
});

test("an update has the enabled users of a deployment reinstalled, as far as its chart wishes", async () => {
  const quiet = await insertTestChart(db, world.kind.id, {
    features: { apiVersion: "platz.io/v1beta2", kind: "Features", spec: { reinstall_dependencies: false } },
  });
  for (const [more, expected] of [
    [{}, ["Install", "Reinstall"]],
    [{ helmChartId: quiet.id }, ["Install"]],
  ] as const) {
    const used = await world.installed(more);
    const user = await world.installed({ config: { size: 1, peer: used.id } });
    await updateDeployment(world.maintainer, { id: used.id, version: used.version, config: { size: 7 } });
    expect(await kindsOf(user.id)).toEqual([...expected]);
  }
});

test("inputs are checked again for another chart", async () => {
  const { id, version } = await world.installed();
  const stricter = await insertTestChart(db, world.kind.id, {
    valuesUi: {
      apiVersion: "platz.io/v1beta1",
      kind: "ValuesUi",
      inputs: [{ id: "region", type: "text", label: "Region", required: true }],
      outputs: { values: [] },
    },
  });
  await expect(updateDeployment(world.maintainer, { id, version, helmChartId: stricter.id })).rejects.toThrow(
    "config.region",
  );
});

test("sensitive inputs and the values override are for those who may change them", async () => {
  const { id } = await world.installed({
    config: { size: 1, note: "open", pin: "hidden-pin" },
    valuesOverride: { deep: "hidden-override" },
  });
  expect(await getDeployment(world.maintainer, id)).toMatchObject({
    config: { pin: "hidden-pin" },
    valuesOverride: { deep: "hidden-override" },
    hidden: [],
  });
  const self = await world.as({ kind: "Deployment", id });
  for (const context of [world.member, self]) {
    const shown = await getDeployment(context, id);
    expect(shown).toMatchObject({
      config: { size: 1, note: "open" },
      hidden: ["config.pin", "valuesOverride"],
    });
    expect(JSON.stringify(shown)).not.toContain("hidden-");
  }
});
