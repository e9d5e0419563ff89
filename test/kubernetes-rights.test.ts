import { expect, test } from "bun:test";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAgent } from "../apps/k8s-agent/src/index.ts";
import { type AgentWorld, createAgentWorld, until } from "../apps/k8s-agent/src/testing/index.ts";
import { k8sResources } from "../packages/db/src/schema/index.ts";
import type { DeploymentId } from "../packages/domain/src/index.ts";
import { PodLogRequest } from "../packages/domain/src/index.ts";
import {
  clusterRights,
  grantAllRights,
  identityRights,
  jobRights,
  type Right,
  standardPlaces,
} from "../packages/kubernetes/src/index.ts";
import {
  deleteDeployment,
  diffRelease,
  listPodEvents,
  listPods,
  readPodLog,
  requestDeploymentTask,
  rollbackDeployment,
} from "../packages/services/src/index.ts";
import { createLogger } from "../packages/telemetry/src/index.ts";
import { startControlPlane } from "../scripts/local-stack/parts/control-plane.ts";
import { ensureToolchain } from "../scripts/toolchain/ensure-toolchain.ts";

interface AuditEvent {
  readonly verb: string;
  readonly userAgent?: string;
  readonly user: { readonly username: string };
  readonly requestURI: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

const AGENT = `system:serviceaccount:${standardPlaces.agent.namespace}:${standardPlaces.agent.name}`;
const ACCOUNTS = `system:serviceaccount:${standardPlaces.identitiesNamespace}:deployment-`;

/** Rights that no request of this test shows, and why not. */
const unseen: Readonly<Record<string, string>> = {
  "create secrets": "server-side apply of a Secret that is not there asks for it, and is logged as a patch",
  "create serviceaccounts": "the same of an account",
  "create rolebindings.rbac.authorization.k8s.io": "the same of a binding",
  "create clusterrolebindings.rbac.authorization.k8s.io": "the same of a binding",
  "bind clusterroles.rbac.authorization.k8s.io": "asked for within the request that makes a binding",
  "list deployments.apps": "only of API servers that do not list by a watch",
  "list statefulsets.apps": "only of API servers that do not list by a watch",
  "list jobs.batch": "only of API servers that do not list by a watch",
  "create jobs.batch": "only with PLATZ_HELM_RUNNER=job, in a namespace of the Jobs",
  "patch jobs.batch": "only with PLATZ_HELM_RUNNER=job, in a namespace of the Jobs",
  "delete jobs.batch": "only with PLATZ_HELM_RUNNER=job, in a namespace of the Jobs",
};

const wordsOf = (group: string, resource: string, verb: string) =>
  `${verb} ${resource}${group === "" ? "" : `.${group}`}`;
const published = new Set(
  [...clusterRights, ...identityRights, ...jobRights, ...grantAllRights].flatMap(
    ({ group, resources, verbs }: Right) =>
      resources.flatMap((resource) => verbs.map((verb) => wordsOf(group, resource, verb))),
  ),
);

const web = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: web}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  selector: {matchLabels: {app: store}}
  template: {metadata: {labels: {app: store}}, spec: {containers: [{name: store, image: store}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: size}
data: {size: {{ .Values.app.size | quote }}, classes: {{ lookup "storage.k8s.io/v1" "StorageClass" "" "" | len | quote }}}
`;

test("an agent uses every right that it is given and asks for no other, and Helm acts as accounts of deployments alone", async () => {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "platz-rights-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const logFolder = join(folder, "logs");
  await mkdir(logFolder);
  const tools = await ensureToolchain(() => {});
  const plane = cleanup.use(await startControlPlane({ folder: join(folder, "cluster"), logFolder, tools }));
  await using world = await createAgentWorld({}, { kubeconfig: plane.kubeconfig });
  await playEverything(world);

  const lines = (await readFile(plane.auditLog, "utf8")).split("\n").filter((line) => line !== "");
  const events = lines.map((line) => JSON.parse(line) as AuditEvent);
  const ofAgent = events.filter(({ user }) => user.username === AGENT);
  const used = new Set(ofAgent.flatMap(usedBy));
  expect([...used].filter((each) => !published.has(each))).toEqual([]);
  expect([...published].filter((each) => !used.has(each) && !(each in unseen))).toEqual([]);
  expect(Object.keys(unseen).filter((each) => used.has(each) || !published.has(each))).toEqual([]);
  expect(ofAgent.filter(isForbidden).map(({ requestURI }) => requestURI)).toEqual([]);

  const byHelm = events.filter(({ userAgent = "" }) => userAgent.startsWith("Helm/"));
  expect(byHelm.length).toBeGreaterThan(0);
  expect(byHelm.filter(({ user }) => !user.username.startsWith(ACCOUNTS))).toEqual([]);
  expect(byHelm.filter(isForbidden).map(({ requestURI }) => requestURI)).toEqual([]);
}, 300_000);

/** Questions of rights and of what there is are open to every account. */
function usedBy({ verb, objectRef }: AuditEvent): string[] {
  if (objectRef === undefined || objectRef.resource === "selfsubjectaccessreviews") return [];
  const { apiGroup = "", resource, subresource } = objectRef;
  return [wordsOf(apiGroup, subresource === undefined ? resource : `${resource}/${subresource}`, verb)];
}

const isForbidden = ({ responseStatus }: AuditEvent) => responseStatus?.code === 403;

/** All that the demo does with a cluster, and what else an agent can be asked for. */
async function playEverything(world: AgentWorld): Promise<void> {
  await using _agent = await startAgent(world.settings(), {
    log: createLogger({ name: "rights-test", level: "fatal" }),
  });
  const settled = async (id: DeploymentId) => {
    const task = (await world.settled(id)).at(-1);
    expect(task).toMatchObject({ status: "Done" });
    return task;
  };
  const { id: chartId } = await world.chartOf({ templates: { "web.yaml": web } });
  const { id } = await world.deploy(chartId);
  const install = await settled(id);
  // What a chart made of its inputs once, and makes no more.
  const namespace = install?.namespace ?? "";
  await world.client.applySecret({ namespace, name: "of-before", data: {} });
  const grant = await world.grant({
    preset: "everything",
    podSecurity: { enforce: "privileged", warn: "baseline" },
  });
  await world.edit(id, { config: { size: 7 } });
  await settled(id);
  await grant[Symbol.asyncDispose]();
  const { version = 0 } = (await world.deploymentRow(id)) ?? {};
  await rollbackDeployment(world.owner, { id, version, toTaskId: install?.id ?? world.nothing });
  await settled(id);
  // The pod first: the restart of a workload puts others in the place of its pods.
  for (const kind of ["Pod", "Deployment", "StatefulSet"]) {
    const resource = await until(async () =>
      (await world.db.select().from(k8sResources)).find(
        (row) => row.deploymentId === id && row.kind === kind,
      ),
    );
    const operation = { kind: "RestartK8sResource", resourceId: resource.id } as const;
    await requestDeploymentTask(world.owner, { deploymentId: id, operation });
    await settled(id);
  }
  const { pods } = await listPods(world.maintainer, id);
  const pod = PodLogRequest.parse({ deploymentId: id, pod: pods[0]?.name });
  // A node that runs nothing has no log.
  await readPodLog(world.maintainer, pod).catch(() => undefined);
  await listPodEvents(world.maintainer, id);
  await diffRelease(world.owner, { id, config: { size: 8 } } as Parameters<typeof diffRelease>[1]);
  await world.edit(id, { name: `r-${crypto.randomUUID().slice(0, 8)}` });
  await settled(id);
  await deleteDeployment(world.owner, id);
  await until(async () => (await world.deploymentRow(id)) === undefined);
}
