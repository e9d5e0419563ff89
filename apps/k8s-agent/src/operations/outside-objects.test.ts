import { afterAll, beforeAll, expect, test } from "bun:test";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld } from "../testing/agent-world.ts";
import { kubeRequest } from "../testing/kube-request.ts";

const ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
const mark = crypto.randomUUID().slice(0, 8);
let world: AgentWorld;
let agent: AsyncDisposable;
beforeAll(async () => {
  world = await createAgentWorld();
  agent = await startAgent(world.settings(), { log: createLogger({ name: "outside-test", level: "fatal" }) });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const remove = (name: string) =>
  kubeRequest(world.connection, { method: "DELETE", path: `${ROLES}/${name}` });
const isThere = (name: string) =>
  kubeRequest(world.connection, { method: "GET", path: `${ROLES}/${name}` }).then(
    () => true,
    () => false,
  );

/** A deployment with ClusterRoles of these names, whose kind was granted everything while it was installed. */
async function withRoles(version: string, ...names: string[]) {
  const grant = await world.grant({ preset: "everything" });
  const role = (name: string) => `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: ${name}${name.startsWith("kept") ? ", annotations: {helm.sh/resource-policy: keep}" : ""}}
`;
  const { id: chartId } = await world.chartOf({
    version,
    templates: { "roles.yaml": names.map(role).join("---\n") },
  });
  const { id, namespace } = await world.deploy(chartId);
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
  for (const name of names) expect(await isThere(name)).toBe(true);
  return { id, namespace, grant };
}

const uninstalled = async (id: Awaited<ReturnType<typeof withRoles>>["id"]) => {
  await world.edit(id, { enabled: false });
  return (await world.settled(id)).at(-1);
};

test("what a release has outside of its namespace goes with it, also when the namespace has gone before", async () => {
  const [gone, kept] = [`gone-${mark}`, `kept-${mark}`];
  const { id, namespace, grant } = await withRoles("1.0.0", gone, kept);
  await world.client.deleteNamespace(namespace);
  await world.client.waitNamespaceGone(namespace, AbortSignal.timeout(30_000));
  expect(await uninstalled(id)).toMatchObject({ status: "Done", reason: "The namespace is gone." });
  expect(await isThere(gone)).toBe(false);
  // As the chart says.
  expect(await isThere(kept)).toBe(true);
  await remove(kept);
  await grant[Symbol.asyncDispose]();
});

test("what could not be removed, since the grant was taken back, is named, and the rest is gone", async () => {
  const left = `left-${mark}`;
  const { id, namespace, grant } = await withRoles("2.0.0", left);
  await grant[Symbol.asyncDispose]();
  const task = await uninstalled(id);
  expect(task?.status).toBe("Done");
  expect(task?.reason).toContain(`Outside of it there is still ClusterRole ${left}`);
  expect(await world.client.getNamespace(namespace)).toBeNull();
  expect(await isThere(left)).toBe(true);
  await remove(left);
});

test("what has become another release's is left alone", async () => {
  const taken = `taken-${mark}`;
  const { id, namespace, grant } = await withRoles("3.0.0", taken);
  await world.client.deleteNamespace(namespace);
  await world.client.waitNamespaceGone(namespace, AbortSignal.timeout(30_000));
  const annotations = { "meta.helm.sh/release-name": "other", "meta.helm.sh/release-namespace": "other" };
  await kubeRequest(world.connection, {
    method: "PATCH",
    path: `${ROLES}/${taken}`,
    body: { metadata: { annotations } },
  });
  expect(await uninstalled(id)).toMatchObject({ status: "Done", reason: "The namespace is gone." });
  expect(await isThere(taken)).toBe(true);
  await remove(taken);
  await grant[Symbol.asyncDispose]();
});
