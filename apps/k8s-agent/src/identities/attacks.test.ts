import { afterAll, beforeAll, expect, test } from "bun:test";
import type { DeploymentId, Json } from "@platz/domain";
import { rollbackDeployment } from "@platz/services";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld } from "../testing/agent-world.ts";
import { jobEnvironment } from "../testing/job-environment.ts";
import { kubeRequest } from "../testing/kube-request.ts";

// What a chart tries that wants more than its namespace, by every way in which Helm comes to run it.

const mark = crypto.randomUUID().slice(0, 8);
const SECRET = `secret-of-others-${mark}`;
const VICTIM = `victim-${mark}`;
const JOBS = `attack-jobs-${mark}`;
const log = createLogger({ name: "attacks-test", level: "fatal" });
let world: AgentWorld;
let jobWorld: AgentWorld;
let agents: AsyncDisposable[];

beforeAll(async () => {
  world = await createAgentWorld();
  jobWorld = await createAgentWorld(jobEnvironment(JOBS));
  for (const name of [VICTIM, JOBS]) {
    await world.client.createNamespace({ name, deploymentId: crypto.randomUUID() });
  }
  await world.client.applySecret({ namespace: VICTIM, name: "theirs", data: { password: SECRET } });
  agents = [await startAgent(world.settings(), { log }), await startAgent(jobWorld.settings(), { log })];
});
afterAll(async () => {
  for (const agent of agents) await agent[Symbol.asyncDispose]();
  for (const name of [VICTIM, JOBS]) await world.client.deleteNamespace(name);
  await world[Symbol.asyncDispose]();
  await jobWorld[Symbol.asyncDispose]();
});

interface Attack {
  readonly template: string;
  /** What the reason has to say. */
  readonly told: string;
  /** What must not be there afterwards. */
  readonly path?: string;
}

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const attacks: Readonly<Record<string, Attack>> = {
  "binds cluster-admin": {
    template: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: owned-${mark}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: default, namespace: "{{ .Release.Namespace }}"}]
`,
    told: `ClusterRoleBinding owned-${mark}, which gives rights in the whole cluster`,
    path: `${RBAC}/clusterrolebindings/owned-${mark}`,
  },
  "writes into another namespace": {
    template: `apiVersion: v1
kind: ConfigMap
metadata: {name: planted, namespace: ${VICTIM}}
`,
    told: `ConfigMap planted, which belongs to the namespace ${VICTIM}, which is not the deployment's`,
    path: `/api/v1/namespaces/${VICTIM}/configmaps/planted`,
  },
  "reads other Secrets by lookup": {
    template: `apiVersion: v1
kind: ConfigMap
metadata: {name: loot}
data: {loot: '{{ (lookup "v1" "Secret" "${VICTIM}" "theirs").data.password | b64dec }}'}
`,
    told: `a lookup of secrets theirs, which reads in the namespace ${VICTIM}`,
  },
  "lists all Secrets by lookup": {
    template: `apiVersion: v1
kind: ConfigMap
metadata: {name: loot}
data: {loot: '{{ lookup "v1" "Secret" "" "" | toJson }}'}
`,
    told: "a lookup of secrets, which reads in the whole cluster",
  },
  "mounts the token of an account that Helm acts as": {
    template: `apiVersion: v1
kind: Secret
type: kubernetes.io/service-account-token
metadata:
  name: stolen-${mark}
  namespace: platz-identities
  annotations: {kubernetes.io/service-account.name: default}
`,
    told: `Secret stolen-${mark}, which belongs to the namespace platz-identities`,
    path: `/api/v1/namespaces/platz-identities/secrets/stolen-${mark}`,
  },
};

const quiet = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: quiet}\n";
let versions = 0;
const chartWith = (target: AgentWorld, templates: Record<string, string>) => {
  versions += 1;
  return target.chartOf({ version: `1.0.${versions}`, templates });
};

/** The last task failed with our sentence, nothing was made, and nobody was told what was not theirs to know. */
async function expectRefused(target: AgentWorld, id: DeploymentId, { told, path }: Attack): Promise<void> {
  const task = (await target.settled(id)).at(-1);
  expect(task?.status).toBe("Failed");
  expect(task?.reason).toContain(told);
  expect(task?.reason).toStartWith("The kind ");
  expect(task?.reason).toContain("has no grant for");
  expect(task?.reason).toContain("A site admin can give it one");
  const said = [task?.reason, await target.log(task?.id ?? target.nothing)].join("\n");
  expect(said).not.toContain(SECRET);
  expect(said).not.toContain(btoa(SECRET));
  expect(said).not.toMatch(/eyJ[\w-]+\.eyJ/);
  if (path !== undefined) {
    await expect(kubeRequest(target.connection, { method: "GET", path })).rejects.toThrow("404");
  }
}

const each = Object.entries(attacks);

test.each(each)("a chart that %s is refused by install", async (_, attack) => {
  const chart = await chartWith(world, { "attack.yaml": attack.template });
  await expectRefused(world, (await world.deploy(chart.id)).id, attack);
});

test.each(each)("a chart that %s is refused by upgrade, and what was installed stays", async (_, attack) => {
  const good = await chartWith(world, { "quiet.yaml": quiet });
  const { id, namespace } = await world.deploy(good.id);
  expect((await world.settled(id)).at(-1)?.status).toBe("Done");
  const bad = await chartWith(world, { "quiet.yaml": quiet, "attack.yaml": attack.template });
  await world.edit(id, { helmChartId: bad.id });
  await expectRefused(world, id, attack);
  await kubeRequest(world.connection, {
    method: "GET",
    path: `/api/v1/namespaces/${namespace}/configmaps/quiet`,
  });
});

test.each(each)("a chart that %s is refused by a value that is rendered with tpl", async (_, attack) => {
  const chart = await chartWith(world, {
    "extra.yaml": "{{ range .Values.extraDeploy }}\n---\n{{ tpl . $ }}\n{{ end }}",
  });
  const { id } = await world.deploy(chart.id);
  expect((await world.settled(id)).at(-1)?.status).toBe("Done");
  await world.edit(id, { valuesOverride: { extraDeploy: [attack.template] } as Record<string, Json> });
  // What stands in an override is hidden, and where the object is may be a line of it.
  const [told = ""] = attack.told.split(" the namespace");
  await expectRefused(world, id, { ...attack, told });
});

test.each(each)("a chart that %s is refused in a hook", async (_, attack) => {
  const template = attack.template.includes("annotations:")
    ? attack.template.replace("annotations: {", "annotations: {helm.sh/hook: pre-install, ")
    : attack.template.replace("metadata: {", "metadata: {annotations: {helm.sh/hook: pre-install}, ");
  const chart = await chartWith(world, { "hook.yaml": template });
  await expectRefused(world, (await world.deploy(chart.id)).id, attack);
});

test.each(each)("a chart that %s is refused when Helm runs as a Job", async (_, attack) => {
  const chart = await chartWith(jobWorld, { "attack.yaml": attack.template });
  await expectRefused(jobWorld, (await jobWorld.deploy(chart.id)).id, attack);
});

/** What the list of all Secrets is too long for is one ConfigMap: with a grant it would not be installed. */
const installable = each.filter(([name]) => name !== "lists all Secrets by lookup");

test.each(installable)(
  "a chart that %s, as it was granted once, is refused by a rollback after the grant was taken back",
  async (_, attack) => {
    const grant = await world.grant({ preset: "everything" });
    const granted = await chartWith(world, { "attack.yaml": attack.template });
    const { id } = await world.deploy(granted.id);
    const install = (await world.settled(id)).at(-1);
    expect(install).toMatchObject({ status: "Done" });
    if (attack.path !== undefined) {
      await kubeRequest(world.connection, { method: "GET", path: attack.path });
    }
    const good = await chartWith(world, { "quiet.yaml": quiet });
    await world.edit(id, { helmChartId: good.id });
    expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
    await grant[Symbol.asyncDispose]();
    const { version = 0 } = (await world.deploymentRow(id)) ?? {};
    await rollbackDeployment(world.owner, { id, version, toTaskId: install?.id ?? world.nothing });
    await expectRefused(world, id, attack);
  },
);

test("a chart that names its own namespace anew, to let its pods do more, is refused", async () => {
  const chart = await chartWith(world, { "quiet.yaml": quiet });
  const { id, namespace } = await world.deploy(chart.id);
  await world.settled(id);
  // As a chart's own pod could be told to do, by an account that has everything in the namespace.
  const labels = { "pod-security.kubernetes.io/enforce": "privileged" };
  const hostile = `apiVersion: v1
kind: Namespace
metadata: {name: ${namespace}, labels: ${JSON.stringify(labels)}}
`;
  const bad = await chartWith(world, { "namespace.yaml": hostile });
  await world.edit(id, { helmChartId: bad.id });
  expect((await world.settled(id)).at(-1)?.status).toBe("Failed");
  expect((await world.client.getNamespace(namespace))?.podSecurity).toEqual({
    enforce: "baseline",
    warn: null,
  });
});
