import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { putChartSignatures } from "@platz/db/queries/chart-signatures";
import { auditLog, deploymentTasks } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Forbidden, type HelmChart, Invalid, SetUpgradePolicy } from "@platz/domain";
import { cosignPayload, signed, signingKeys } from "@platz/oci/testing";
import { desc, eq } from "drizzle-orm";
import { judgeCharts, recordSignatures } from "../chart-ingest/judge-charts.ts";
import { bulkUpgrade } from "../deployment/bulk-upgrade.ts";
import { createDeployment } from "../deployment/create.ts";
import { getDeployment } from "../deployment/get.ts";
import { rollbackDeployment } from "../deployment/rollback.ts";
import { updateDeployment } from "../deployment/update.ts";
import { buildHelmValues } from "../deployment/values/build-helm-values.ts";
import { getEnv } from "../env/get.ts";
import { updateEnv } from "../env/update.ts";
import { getKind } from "../kind/get.ts";
import { updateKind } from "../kind/update.ts";
import { getRegistry } from "../registry/get.ts";
import { updateRegistry } from "../registry/update.ts";
import { publishChart } from "../testing/publish-chart.ts";
import { createTestWorld, type TestWorld } from "../testing.ts";
import { applyUpgradePolicy } from "../upgrade-policy/apply.ts";
import { setUpgradePolicy } from "../upgrade-policy/set.ts";
import { getChart } from "./get.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const { privateKey, publicKey } = signingKeys();

async function setKeys(signingKeys: { name: string; publicKey: string }[]) {
  const { id, version } = await getRegistry(world.siteAdmin, world.chart.helmRegistryId);
  return await updateRegistry(world.siteAdmin, { id, version, signingKeys });
}

async function demandSigned(signedChartsOnly = true) {
  const { id, version } = await getKind(world.siteAdmin, world.kind.id);
  return await updateKind(world.siteAdmin, { id, version, signedChartsOnly });
}

/** Signs a chart of the world, as discovery finds it. */
async function sign({ imageDigest: digest }: Pick<HelmChart, "imageDigest">, by = privateKey) {
  const { domainName, repoName } = await getRegistry(world.siteAdmin, world.chart.helmRegistryId);
  const signatures = [signed(cosignPayload(digest), by)];
  await recordSignatures(db, { domainName, repoName, digest, signatures });
}

const signatureOf = async ({ id }: Pick<HelmChart, "id">) => (await getChart(world.member, id)).signature;

describe("a chart says what its signatures are", () => {
  test("from when its registry has keys on, and by those that it has now", async () => {
    world = await createTestWorld(db);
    expect(await signatureOf(world.chart)).toBeNull();
    await sign(world.chart);
    expect(await signatureOf(world.chart)).toBeNull();
    await setKeys([{ name: "release", publicKey }]);
    expect(await signatureOf(world.chart)).toEqual({ status: "signed", key: "release", reason: null });
    await setKeys([{ name: "next", publicKey: signingKeys().publicKey }]);
    expect(await signatureOf(world.chart)).toMatchObject({ status: "bad", key: null });
    await setKeys([]);
    expect(await signatureOf(world.chart)).toBeNull();
  });

  test("whether they come before the chart or after it", async () => {
    world = await createTestWorld(db);
    await setKeys([{ name: "release", publicKey }]);
    expect(await signatureOf(world.chart)).toMatchObject({ status: "unsigned" });
    await sign(world.chart);
    expect(await signatureOf(world.chart)).toMatchObject({ status: "signed" });
    const { domainName, repoName } = await getRegistry(world.siteAdmin, world.chart.helmRegistryId);
    const imageDigest = `sha256:${crypto.randomUUID()}`;
    const signatures = [signed(cosignPayload(imageDigest), privateKey)];
    await putChartSignatures(db, { domainName, repoName, imageDigest, signatures });
    const later = await publishChart(db, { helmChartId: world.chart.id }, { imageDigest });
    await judgeCharts(db, { domainName, repoName }, imageDigest);
    expect(await signatureOf(later)).toMatchObject({ status: "signed", key: "release" });
  });
});

test("keys are set by site admins alone, only good ones, and are in the audit log", async () => {
  world = await createTestWorld(db);
  const { id, version } = await getRegistry(world.siteAdmin, world.chart.helmRegistryId);
  const set = (publicKey: string, by = world.siteAdmin) =>
    updateRegistry(by, { id, version, signingKeys: [{ name: "release", publicKey }] });
  await expect(set(publicKey, world.envAdmin)).rejects.toThrow(Forbidden);
  for (const wrong of ["hello", signingKeys("P-384").publicKey]) {
    await expect(set(wrong)).rejects.toThrow(Invalid);
    await expect(set(wrong)).rejects.toThrow("must be the content of cosign.pub");
  }
  await set(publicKey);
  const [entry] = await db
    .select()
    .from(auditLog)
    .where(eq(auditLog.entityId, id))
    .orderBy(desc(auditLog.id))
    .limit(1);
  expect(JSON.stringify(entry?.changes ?? entry)).toContain("BEGIN PUBLIC KEY");
});

describe("a kind that takes signed charts only", () => {
  const refused = "takes signed charts only, and";

  test("refuses others for new deployments and upgrades, in a sentence that says why, and takes signed ones", async () => {
    world = await createTestWorld(db);
    const deployment = await world.installed();
    await demandSigned();
    const other = await publishChart(db, deployment);
    const { id, version } = deployment;
    const upgrade = () => updateDeployment(world.owner, { id, version, helmChartId: other.id });
    await expect(upgrade()).rejects.toThrow(`${refused} ${other.imageTag} cannot be checked`);
    await setKeys([{ name: "release", publicKey }]);
    await expect(upgrade()).rejects.toThrow(`${refused} ${other.imageTag} has no signature.`);
    await sign(other, signingKeys().privateKey);
    await expect(upgrade()).rejects.toThrow(
      "has a bad signature: No key of its registry has made its signature.",
    );
    const create = () => createDeployment(world.owner, world.newDeployment({ helmChartId: other.id }));
    await expect(create()).rejects.toThrow(refused);
    await sign(other);
    await upgrade();
    await create();
  });

  test("is obeyed when a task that was asked for before comes to run", async () => {
    world = await createTestWorld(db);
    const deployment = await world.installed();
    const [task] = await db
      .select()
      .from(deploymentTasks)
      .where(eq(deploymentTasks.deploymentId, deployment.id));
    if (!task) throw new Error("no task");
    const render = () =>
      buildHelmValues({ db, keyring: world.owner.keyring, ownUrl: "http://localhost" }, task);
    await render();
    await demandSigned();
    await expect(render()).rejects.toThrow(refused);
    await demandSigned(false);
    await render();
  });
});

test("an env that takes signed charts only refuses others for new deployments, upgrades, roll-backs and queued tasks", async () => {
  world = await createTestWorld(db);
  const deployment = await world.installed();
  const [install] = await db
    .select()
    .from(deploymentTasks)
    .where(eq(deploymentTasks.deploymentId, deployment.id));
  if (!install) throw new Error("no task");
  const { id, version } = await getEnv(world.envAdmin, world.env.id);
  await updateEnv(world.envAdmin, { id, version, signedChartsOnly: true });
  const refused = `The env ${world.env.name} takes signed charts only, and`;
  const other = await publishChart(db, deployment);
  const create = () => createDeployment(world.owner, world.newDeployment({ helmChartId: other.id }));
  const [upgraded] = await bulkUpgrade(world.owner, {
    ids: [deployment.id],
    helmChartId: other.id,
    dryRun: false,
  });
  const render = () =>
    buildHelmValues({ db, keyring: world.owner.keyring, ownUrl: "http://localhost" }, install);
  await expect(create()).rejects.toThrow(refused);
  expect(upgraded).toMatchObject({ outcome: "refused", reason: expect.stringContaining(refused) });
  await expect(render()).rejects.toThrow(refused);
  await setKeys([{ name: "release", publicKey }]);
  await sign(other);
  await create();
  const [now] = await bulkUpgrade(world.owner, {
    ids: [deployment.id],
    helmChartId: other.id,
    dryRun: false,
  });
  expect(now).toMatchObject({ outcome: "upgraded" });
  const { version: newest } = await getDeployment(world.owner, deployment.id);
  await expect(
    rollbackDeployment(world.owner, { id: deployment.id, version: newest, toTaskId: install.id }),
  ).rejects.toThrow(refused);
});

test("a policy that follows signed charts only waits for the signature", async () => {
  world = await createTestWorld(db);
  const deployment = await world.installed();
  await setKeys([{ name: "release", publicKey }]);
  const policy = { deploymentId: deployment.id, branch: "main", signedOnly: true };
  await setUpgradePolicy(world.maintainer, SetUpgradePolicy.parse(policy));
  const newer = await publishChart(db, deployment, { parsedBranch: "main" });
  const chartNow = async () => {
    await applyUpgradePolicy({ ...world.owner, now: () => new Date() }, deployment.id);
    return (await getDeployment(world.member, deployment.id)).helmChartId;
  };
  expect(await chartNow()).not.toBe(newer.id);
  await sign(newer);
  expect(await chartNow()).toBe(newer.id);
});
