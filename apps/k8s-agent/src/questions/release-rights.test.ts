import { afterAll, beforeAll, expect, test } from "bun:test";
import { Forbidden } from "@platz/domain";
import { wouldBeRefused } from "@platz/services";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld } from "../testing/agent-world.ts";
import { kubeRequest } from "../testing/kube-request.ts";

let world: AgentWorld;
let agent: AsyncDisposable;
beforeAll(async () => {
  world = await createAgentWorld();
  agent = await startAgent(world.settings(), { log: createLogger({ name: "rights-test", level: "fatal" }) });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const group = `g${crypto.randomUUID().slice(0, 8)}.platz.test`;
const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: fleets.${group}}
spec:
  group: ${group}
  scope: Namespaced
  names: {kind: Fleet, plural: fleets}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`;
const hook = definition
  .replaceAll("fleets", "ports")
  .replace("Fleet", "Port")
  .replace("}\nspec", ", annotations: {helm.sh/hook: pre-install}}\nspec");

test("what the running releases of a kind would be refused without any grant is counted, hooks too", async () => {
  await using _ = await world.grant({ preset: "crds" });
  const { id: plain } = await world.chartOf({ version: "1.0.0" });
  const { id: wide } = await world.chartOf({
    version: "2.0.0",
    templates: { "fleets.yaml": definition, "ports.yaml": hook },
  });
  const [first, second] = [await world.deploy(plain), await world.deploy(wide)];
  for (const { id } of [first, second]) {
    expect((await world.settled(id)).map(({ status, reason }) => ({ status, reason }))).toMatchObject([
      { status: "Done" },
    ]);
  }
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  try {
    const said = await wouldBeRefused(world.siteAdmin, world.kind.id);
    expect(said).toMatchObject({ refused: 1, objects: 2, unknown: [] });
    expect(said.looked).toBe(said.deployments);
    const [example] = said.examples;
    expect(example).toMatchObject({
      deploymentId: second.id,
      name: second.name,
      clusterId: world.cluster.id,
    });
    expect(example?.objects.map(({ name }) => name).sort()).toEqual([`fleets.${group}`, `ports.${group}`]);
  } finally {
    for (const name of ["fleets", "ports"]) {
      await kubeRequest(world.connection, { method: "DELETE", path: `${path}/${name}.${group}` });
    }
  }
});

test("nobody but site admins is told", async () => {
  await expect(wouldBeRefused(world.envAdmin, world.kind.id)).rejects.toThrow(Forbidden);
});

test("what cannot be looked at is said, with the reason", async () => {
  await agent[Symbol.asyncDispose]();
  const said = await wouldBeRefused(world.siteAdmin, world.kind.id);
  expect(said.looked).toBe(0);
  expect(said.unknown.length).toBe(said.deployments);
  expect(said.unknown[0]?.reason).toContain("No agent works for the cluster");
});
