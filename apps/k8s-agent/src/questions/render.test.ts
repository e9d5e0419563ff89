import { afterAll, beforeAll, expect, test } from "bun:test";
import { deployments, deploymentTasks, kindGrants } from "@platz/db/schema";
import {
  Conflict,
  Forbidden,
  Invalid,
  type NewDeployment,
  NewKindGrant,
  type UngrantedObject,
} from "@platz/domain";
import { createKindGrant, previewDeployment, previewNewDeployment, updateCluster } from "@platz/services";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld, until } from "../testing/agent-world.ts";
import { kubeRequest } from "../testing/kube-request.ts";

let world: AgentWorld;
let agent: AsyncDisposable;
beforeAll(async () => {
  world = await createAgentWorld();
  agent = await startAgent(world.settings(), { log: createLogger({ name: "render-test", level: "fatal" }) });
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
  scope: Cluster
  names: {kind: Fleet, plural: fleets}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`;
const templates = {
  "config.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: config}
data: {size: {{ .Values.app.size | quote }}, pin: {{ .Values.app.pin | default "none" | quote }}}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {size: {{ .Values.app.size | quote }}}
`,
  "list.yaml": `apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: dns, namespace: kube-system}}
`,
  "hook.yaml": `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: admin, annotations: {helm.sh/hook: pre-install}}
`,
  "fleet.yaml": `{apiVersion: "${group}/v1", kind: Fleet, metadata: {name: all}}\n`,
  "web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      hostNetwork: true
      containers: [{name: web, image: none}]
`,
};
const files = { "crds/fleets.yaml": definition };

const told = (objects: readonly UngrantedObject[] | null) =>
  objects?.map(({ kind, name, namespace }) => `${kind} ${namespace ?? "-"}/${name}`);
const named = (helmChartId: NewDeployment["helmChartId"], more: Partial<NewDeployment> = {}) =>
  world.newDeployment({ helmChartId, name: `new-${crypto.randomUUID().slice(0, 8)}`, ...more });

test("of a deployment that is not there yet is told what would be made, and what its kind has no grant for; nothing is written", async () => {
  const { id } = await world.chartOf({ version: "1.0.0", templates, files });
  const before = await world.db.select().from(deployments);
  const wanted = named(id, { config: { size: 4, pin: "pin-4711" } });
  const preview = await previewNewDeployment(world.owner, wanted);
  const own = preview.namespace;
  expect(
    preview.objects.map(({ kind, name, namespace }) => `${kind} ${namespace ?? "-"}/${name}`).sort(),
  ).toEqual([
    "ClusterRoleBinding -/admin",
    "ConfigMap kube-system/dns",
    `ConfigMap ${own}/config`,
    `CustomResourceDefinition -/fleets.${group}`,
    `Deployment ${own}/web`,
    "Fleet -/all",
    `Secret ${own}/keys`,
  ]);
  expect(told(preview.ungranted)?.sort()).toEqual([
    "ClusterRoleBinding -/admin",
    "ConfigMap kube-system/dns",
    `CustomResourceDefinition -/fleets.${group}`,
    `Deployment ${own}/web`,
    "Fleet -/all",
  ]);
  expect(preview.leastGrant).toEqual({ preset: "everything", podSecurity: "privileged" });
  expect(preview.warnings.join()).toContain(`The kind ${world.kind.name} has no grant for`);
  expect(preview.warnings.join()).toContain("kindGrants.createForChart");
  const config = preview.objects.find(({ name }) => name === "config");
  expect(config?.text).toContain('size: "4"');
  const keys = preview.objects.find(({ name }) => name === "keys");
  expect(keys?.text).toContain("size: (secret)");
  expect(JSON.stringify(preview)).not.toContain("pin-4711");
  expect(await world.db.select().from(deployments)).toEqual(before);
  expect(await world.client.getNamespace(own)).toBeNull();
  expect(await world.db.select().from(deploymentTasks)).toEqual([]);
});

test("it is refused like the creation itself, with the same words", async () => {
  const { id } = await world.chartOf({
    version: "2.0.0",
    templates: { "config.yaml": templates["config.yaml"] },
  });
  await expect(previewNewDeployment(world.maintainer, named(id))).rejects.toThrow(Forbidden);
  await expect(previewNewDeployment(world.owner, named(id, { name: "Not A Name" }))).rejects.toThrow(Invalid);
  await expect(previewNewDeployment(world.owner, named(id, { config: { size: 99 } }))).rejects.toThrow(
    Invalid,
  );
  const there = await world.deploy(id);
  await expect(previewNewDeployment(world.owner, named(id, { name: there.name }))).rejects.toThrow(Conflict);
  const { id: bad } = await world.chartOf({
    version: "2.1.0",
    templates: { "bad.yaml": '{{ fail "no paint" }}' },
  });
  await expect(previewNewDeployment(world.owner, named(bad))).rejects.toThrow("no paint");
});

test("the preview of an edit names what its kind has no grant for on that cluster, until it has one", async () => {
  const { id: plain } = await world.chartOf({ version: "3.0.0" });
  const { id: wide } = await world.chartOf({ version: "3.1.0", templates, files });
  const { id } = await world.deploy(plain);
  await world.settled(id);
  const preview = () => previewDeployment(world.maintainer, { id, helmChartId: wide });
  expect(await previewDeployment(world.maintainer, { id })).toMatchObject({
    ungranted: [],
    leastGrant: { preset: "nothing", podSecurity: "baseline" },
    warnings: [],
  });
  const kinds = async () => (await preview()).ungranted?.map(({ kind }) => kind).sort();
  expect(await kinds()).toEqual([
    "ClusterRoleBinding",
    "ConfigMap",
    "CustomResourceDefinition",
    "Deployment",
    "Fleet",
  ]);
  const grant = (given: object) =>
    createKindGrant(
      world.siteAdmin,
      NewKindGrant.parse({ kindId: world.kind.id, reason: "a test", ...given }),
    );
  await grant({ preset: "everything", clusterIds: [world.otherCluster.id] });
  expect(await kinds()).toHaveLength(5);
  await grant({ preset: "crds" });
  expect(await kinds()).toEqual(["ClusterRoleBinding", "ConfigMap", "Deployment"]);
  await grant({ preset: "everything", podSecurity: { enforce: "privileged", warn: "baseline" } });
  expect(await preview()).toMatchObject({ ungranted: [], warnings: [] });
  await world.db.delete(kindGrants);
});

test("the kinds that a cluster was taught are taken for what it says, wherever their definition is from", async () => {
  const taught = `t${crypto.randomUUID().slice(0, 8)}.platz.test`;
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const body = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `ports.${taught}` },
    spec: {
      group: taught,
      scope: "Cluster",
      names: { kind: "Port", plural: "ports" },
      versions: [
        { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } },
      ],
    },
  };
  const template = `apiVersion: ${taught}/v1\nkind: Port\nmetadata: {name: north}\n`;
  const { id } = await world.chartOf({ version: "4.0.0", templates: { "port.yaml": template } });
  const preview = () => previewNewDeployment(world.owner, named(id));
  expect((await preview()).ungranted).toEqual([]);
  await kubeRequest(world.connection, { method: "POST", path, body });
  try {
    await until(async () => (await preview()).ungranted.length === 1);
    expect(told((await preview()).ungranted)).toEqual(["Port -/north"]);
    expect((await preview()).leastGrant.preset).toBe("crds");
  } finally {
    await kubeRequest(world.connection, { method: "DELETE", path: `${path}/ports.${taught}` });
  }
});

test("without an agent the preview of an edit says what it does not know, and that of a new one is refused", async () => {
  const lone = await createAgentWorld();
  await using _ = lone;
  const { id: helmChartId } = await lone.chartOf();
  const { id } = await lone.deploy(helmChartId);
  const preview = await previewDeployment(lone.maintainer, { id });
  expect(preview).toMatchObject({ ungranted: null, leastGrant: null });
  expect(preview.warnings.join()).toContain("No agent works for the cluster");
  await updateCluster(lone.siteAdmin, { id: lone.cluster.id, ignore: true });
  await expect(previewNewDeployment(lone.owner, lone.newDeployment({ helmChartId }))).rejects.toThrow(
    "not in use",
  );
});
