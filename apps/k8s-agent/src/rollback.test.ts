import { expect, test } from "bun:test";
import { secrets } from "@platz/db/schema";
import { createSecret, rollbackDeployment } from "@platz/services";
import { createLogger } from "@platz/telemetry";
import { eq } from "drizzle-orm";
import { startAgent } from "./compose.ts";
import { type AgentWorld, createAgentWorld } from "./testing/agent-world.ts";
import { kubeRequest } from "./testing/kube-request.ts";
import { spawnAgent } from "./testing/spawn-agent.ts";

const log = createLogger({ name: "rollback-test", level: "fatal" });

async function sizeOf({ connection }: AgentWorld, namespace: string): Promise<unknown> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/${namespace}-config`;
  return ((await kubeRequest(connection, { method: "GET", path })) as { data: { size: string } }).data.size;
}

test("a deployment is rolled back to what its Install had made of it, also when the agent dies in the middle", async () => {
  await using world = await createAgentWorld();
  const first = await world.chartOf({ version: "1.0.0" });
  const second = await world.chartOf({ version: "2.0.0" });
  const { id, namespace } = await world.deploy(first.id, { size: 3 });
  {
    await using _agent = await startAgent(world.settings(), { log });
    await world.settled(id);
    await world.edit(id, { helmChartId: second.id, config: { size: 8 } });
    await world.settled(id);
    expect(await sizeOf(world, namespace)).toBe("8");
  }
  const [install] = await world.tasks(id);
  const { version } = (await world.deploymentRow(id)) ?? {};
  const toTaskId = install?.id ?? world.nothing;
  await rollbackDeployment(world.owner, { id, version: version ?? 0, toTaskId });
  await using dying = spawnAgent(world, { fatal: "Rollback:verify" });
  expect(await dying.exited).toBe(137);
  await using _next = await startAgent(world.settings(), { log });
  const task = (await world.settled(id)).at(-1);
  expect(task).toMatchObject({ status: "Done", attempt: 2, reason: "1.0.0 is installed." });
  expect(await sizeOf(world, namespace)).toBe("3");
  expect(await world.deploymentRow(id)).toMatchObject({
    status: "Running",
    helmChartId: first.id,
    revisionId: task?.id ?? "",
  });
  const [record] = await world.client.listReleaseRecords({ namespace, release: namespace });
  expect(record).toMatchObject({ revision: 3, status: "deployed" });
});

test("a Rollback whose secret went before an agent took it fails with a sentence, and the release stays as it was", async () => {
  await using world = await createAgentWorld();
  const chart = await world.chartOf();
  const named = { envId: world.env.id, collection: "vaults", name: "vault", contents: "s3cr3t" };
  const vault = await createSecret(world.envAdmin, named);
  const { id, namespace } = await world.deploy(chart.id, { size: 3, vault: vault.id });
  {
    await using _agent = await startAgent(world.settings(), { log });
    await world.settled(id);
    await world.edit(id, { config: { size: 8 } });
    await world.settled(id);
  }
  const [install] = await world.tasks(id);
  const { version = 0 } = (await world.deploymentRow(id)) ?? {};
  await rollbackDeployment(world.owner, { id, version, toTaskId: install?.id ?? world.nothing });
  // Past all verbs, which refuse it while somebody uses the secret.
  await world.db.delete(secrets).where(eq(secrets.id, vault.id));
  await using _agent = await startAgent(world.settings(), { log });
  const task = (await world.settled(id)).at(-1);
  expect(task).toMatchObject({
    status: "Failed",
    attempt: 1,
    reason: `The inputs refer to secrets ${vault.id}, which the env does not have.`,
  });
  const [record] = await world.client.listReleaseRecords({ namespace, release: namespace });
  expect(record).toMatchObject({ revision: 2, status: "deployed" });
  expect(await sizeOf(world, namespace)).toBe("8");
});
