import { expect, test } from "bun:test";
import { arnOf, OWN_ACCOUNT, startAwsStub } from "@platz/aws/testing";
import { k8sClusters } from "@platz/db/schema";
import { requestDeploymentTask } from "@platz/services";
import { eq } from "drizzle-orm";
import { createAgentWorld, until } from "./testing/agent-world.ts";
import { gated, openGate } from "./testing/gated-chart.ts";
import { kubeRequest } from "./testing/kube-request.ts";
import { spawnAgent } from "./testing/spawn-agent.ts";

/** The name for which the control plane takes tokens. */
const name = process.env["PLATZ_TEST_EKS_CLUSTER"] ?? "";
const ROLE_ACCOUNT = "444455556666";
const region = "eu-west-1";
const REFUSED = "The cluster refused the agent's credential; renew it.";

/** An agent that knows of its clusters what AWS says, and nothing else; one cluster of each of two accounts is the real one. */
async function eksWorld() {
  await using made = new AsyncDisposableStack();
  const world = made.use(await createAgentWorld());
  const aws = made.use(startAwsStub([region, "us-east-1"]));
  const { server: endpoint, ca = "" } = world.connection;
  const real = { region, name, status: "ACTIVE", endpoint, ca } as const;
  aws.clusters.set(OWN_ACCOUNT, [real, { region, name: "new", status: "CREATING" }]);
  aws.clusters.set(ROLE_ACCOUNT, [real]);
  const environment = {
    ...world.environment,
    ...aws.environment,
    PLATZ_LOCAL_KUBECONFIG: "/nowhere",
    PLATZ_CLUSTER_PROVIDER: "eks",
    PLATZ_EKS_ROLES: `self,arn:aws:iam::${ROLE_ACCOUNT}:role/platz`,
    K8S_REFRESH_INTERVAL: "200ms",
  };
  // The cluster that the world's deployments are for.
  await world.db
    .update(k8sClusters)
    .set({ providerId: arnOf(ROLE_ACCOUNT, real), ignore: true })
    .where(eq(k8sClusters.id, world.cluster.id));
  const row = async (providerId: string) =>
    (await world.db.select().from(k8sClusters).where(eq(k8sClusters.providerId, providerId)))[0];
  const stop = made.move();
  return { world, aws, real, environment, row, [Symbol.asyncDispose]: () => stop.disposeAsync() };
}

test("clusters of two AWS accounts are found, put to use at once, watched and deployed to, with tokens made for each", async () => {
  await using all = await eksWorld();
  const { world, aws, row } = all;
  const { id: chartId } = await world.chartOf();
  await using _agent = spawnAgent(all);
  const own = await until(() => row(arnOf(OWN_ACCOUNT, all.real)));
  expect(own).toMatchObject({ name, regionName: region, ignore: true, leaseOwner: null });
  const used = async (providerId: string) =>
    void (await world.db
      .update(k8sClusters)
      .set({ ignore: false })
      .where(eq(k8sClusters.providerId, providerId)));
  await used(arnOf(ROLE_ACCOUNT, all.real));
  const { id, namespace } = await world.deploy(chartId);
  const [task] = await world.settled(id);
  expect(task).toMatchObject({ status: "Done", attempt: 1 });
  expect(await world.client.getNamespace(namespace)).toMatchObject({ phase: "Active" });
  const accounts = new Set(
    aws.calls.filter(({ action }) => action === "GetCallerIdentity").map(({ accountId }) => accountId),
  );
  expect([...accounts]).toEqual([ROLE_ACCOUNT]);

  const making = arnOf(OWN_ACCOUNT, { region, name: "new" });
  await used(making);
  const bad = await until(async () => {
    const found = await row(making);
    return found?.isOk === false ? found : undefined;
  });
  expect(bad.notOkReason).toBe("EKS is still creating the cluster.");
});

test("a cluster whose credential AWS takes away says so, keeps its tasks, and works again when it is given back", async () => {
  await using all = await eksWorld();
  const { world, aws, row } = all;
  const arn = arnOf(ROLE_ACCOUNT, all.real);
  await world.db.update(k8sClusters).set({ ignore: false }).where(eq(k8sClusters.providerId, arn));
  await using _agent = spawnAgent(all);
  await until(async () => (await row(arn))?.leaseOwner);
  aws.fault = ({ action }) =>
    action === "GetCallerIdentity"
      ? [403, "InvalidClientTokenId", "The keys are not valid any more."]
      : undefined;
  const bad = await until(async () => {
    const found = await row(arn);
    return found?.isOk === false ? found : undefined;
  });
  expect(bad.notOkReason).toBe(REFUSED);
  const { id: chartId } = await world.chartOf();
  const { id } = await world.deploy(chartId);
  aws.fault = () => undefined;
  const [task] = await world.settled(id);
  expect(task?.status).toBe("Done");
  expect((await row(arn))?.isOk).toBe(true);
});

test("a credential that is taken away in the middle of an Install costs attempts, and the Install is Done when it is given back", async () => {
  await using all = await eksWorld();
  const { world, aws } = all;
  const arn = arnOf(ROLE_ACCOUNT, all.real);
  await world.db.update(k8sClusters).set({ ignore: false }).where(eq(k8sClusters.providerId, arn));
  await using _agent = spawnAgent(all);
  const probe = await world.deploy((await world.chartOf({ version: "2.0.0" })).id);
  await world.settled(probe.id);
  const gate = crypto.randomUUID();
  const { id: chartId } = await world.chartOf({ templates: gated(gate) });
  const { id, namespace } = await world.deploy(chartId);
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs/${namespace}-hook`;
  const look = () => kubeRequest(world.connection, { method: "GET", path }).catch(() => undefined);
  await until(look);
  aws.fault = ({ action }) =>
    action === "GetCallerIdentity" ? [403, "ExpiredToken", "The token has expired."] : undefined;
  // The API server remembers for some seconds whom it let in; other tasks tell when that is over.
  const operation = { kind: "Reinstall", reason: "probe" } as const;
  await until(async () => {
    const last = (await world.tasks(probe.id)).at(-1);
    if (last?.finishedAt) await requestDeploymentTask(world.owner, { deploymentId: probe.id, operation });
    return last?.finishedAt === null && last.reason === REFUSED;
  });
  await using _open = await openGate(world, gate);
  const waiting = await until(async () => (await world.tasks(id)).find(({ reason }) => reason !== null));
  expect(waiting.finishedAt).toBeNull();
  aws.fault = () => undefined;
  const [task, ...others] = await world.settled(id);
  expect(others).toEqual([]);
  expect(task?.status).toBe("Done");
  expect(task?.attempt).toBeGreaterThan(1);
  const [record] = await world.client.listReleaseRecords({ namespace, release: namespace });
  expect(record).toMatchObject({ status: "deployed", labels: { "platz-task": waiting.id } });
});
