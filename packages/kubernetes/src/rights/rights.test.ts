import { afterAll, beforeAll, expect, test } from "bun:test";
import { z } from "zod";
import { connectionAs, requestToken } from "../identities/account-token.ts";
import { accountName, IdentityHost } from "../identities/identity-host.ts";
import { type TestCluster, testCluster } from "../testing/test-cluster.ts";
import { createTransport, type KubernetesRequest, type Transport } from "../transport.ts";
import { standardPlaces } from "./manifest.ts";
import { missingRights } from "./missing-rights.ts";

const { identitiesNamespace, agent: agentAccount } = standardPlaces;
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const LIFE_MS = 3_600_000;
let cluster: TestCluster;
let admin: Transport;
let agent: Transport;

beforeAll(async () => {
  cluster = await testCluster();
  admin = createTransport(cluster.connection);
  agent = createTransport(await asAccount(agentAccount));
});
afterAll(() => cluster[Symbol.asyncDispose]());

async function asAccount(account: { readonly namespace: string; readonly name: string }) {
  const { token } = await requestToken(admin, account, { lifeMs: LIFE_MS });
  return connectionAs(cluster.connection, token);
}

/** An account of a deployment, with everything in the deployment's namespace. */
async function bound() {
  const { name: namespace, deploymentId } = await cluster.newNamespace();
  const host = new IdentityHost(cluster.connection, identitiesNamespace);
  await host.makeAccount(deploymentId);
  await host.bindInNamespace(deploymentId, namespace);
  const account = { namespace: identitiesNamespace, name: accountName(deploymentId) };
  const connection = await asAccount(account);
  return { namespace, host, deploymentId, account, connection, transport: createTransport(connection) };
}

const bindingOf = (kind: string, role: string, subject: object, name = `try-${crypto.randomUUID()}`) => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind,
  metadata: { name },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
  subjects: [{ kind: "ServiceAccount", ...subject }],
});
const account = { namespace: identitiesNamespace, name: "anybody" };
const tryTo = (transport: Transport, request: KubernetesRequest) =>
  transport.send(request).then(
    () => "done",
    (error: Error) => error.message,
  );
const bindIn = (transport: Transport, namespace: string, body: object) =>
  tryTo(transport, { method: "POST", path: `${RBAC}/namespaces/${namespace}/rolebindings?dryRun=All`, body });
const bindEverywhere = (transport: Transport, body: object) =>
  tryTo(transport, { method: "POST", path: `${RBAC}/clusterrolebindings?dryRun=All`, body });

test("the agent binds the account of a deployment in the deployment's namespace, and nobody anywhere else", async () => {
  const { namespace } = await bound();
  expect(await bindIn(agent, namespace, bindingOf("RoleBinding", "platz-namespace", account))).toBe("done");
  expect(await bindIn(agent, "kube-system", bindingOf("RoleBinding", "platz-namespace", account))).toContain(
    "in namespaces with the label platz=yes only",
  );
  const stranger = { namespace, name: "default" };
  expect(await bindIn(agent, namespace, bindingOf("RoleBinding", "platz-namespace", stranger))).toContain(
    "service accounts of platz-identities only",
  );
  expect(await bindEverywhere(agent, bindingOf("ClusterRoleBinding", "platz-namespace", account))).toContain(
    "in single namespaces only",
  );
});

test("the agent binds what may be granted to accounts alone, no role with more than its own rights to anybody, and makes no role", async () => {
  const grant = bindingOf("ClusterRoleBinding", "platz-grant-crds", account);
  expect(await bindEverywhere(agent, grant)).toBe("done");
  const stranger = { namespace: "kube-system", name: "default" };
  expect(
    await bindEverywhere(agent, bindingOf("ClusterRoleBinding", "platz-grant-crds", stranger)),
  ).toContain("service accounts of platz-identities only");
  for (const role of ["cluster-admin", "admin", "system:node"]) {
    const refused = await bindEverywhere(agent, bindingOf("ClusterRoleBinding", role, account));
    expect(refused).toContain("attempting to grant RBAC permissions not currently held");
  }
  const role = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "mine" },
  };
  expect(
    await tryTo(agent, { method: "POST", path: `${RBAC}/clusterroles?dryRun=All`, body: role }),
  ).toContain("cannot create");
});

test("who has everything in a namespace changes neither its Pod Security nor whose it is, by none of its subresources", async () => {
  const { namespace, deploymentId, transport } = await bound();
  const object = await transport.json(z.looseObject({ metadata: z.looseObject({}) }), {
    path: `/api/v1/namespaces/${namespace}`,
  });
  const changes = [
    { labels: { "pod-security.kubernetes.io/enforce": "privileged" } },
    { labels: { platz: null } },
    { annotations: { platz_deployment_id: crypto.randomUUID() } },
  ];
  for (const metadata of changes) {
    for (const sub of ["", "/status"]) {
      const path = `/api/v1/namespaces/${namespace}${sub}`;
      const contentType = "application/merge-patch+json";
      expect(await tryTo(transport, { method: "PATCH", path, contentType, body: { metadata } })).toContain(
        "changed by Platz only",
      );
    }
  }
  const changed = { ...object, metadata: { ...object.metadata, labels: { platz: "yes", more: "yes" } } };
  const path = `/api/v1/namespaces/${namespace}/finalize`;
  expect(await tryTo(transport, { method: "PUT", path, body: changed })).toContain("changed by Platz only");
  // The agent may, and so may whoever else has that right in the whole cluster.
  const agentClient = { enforce: "baseline", warn: "restricted" };
  await cluster.client.setPodSecurity({ name: namespace, ...agentClient });
  expect(await cluster.client.getNamespace(namespace)).toMatchObject({
    podSecurity: agentClient,
    deploymentId,
  });
});

test("an account of a deployment reads what many charts look up, and in other namespaces nothing", async () => {
  const { transport, namespace } = await bound();
  const other = (await cluster.newNamespace()).name;
  expect(await tryTo(transport, { path: "/apis/storage.k8s.io/v1/storageclasses" })).toBe("done");
  expect(await tryTo(transport, { path: `/api/v1/namespaces/${namespace}/secrets` })).toBe("done");
  for (const path of [
    "/api/v1/secrets",
    `/api/v1/namespaces/${other}/secrets`,
    `/api/v1/namespaces/${identitiesNamespace}/serviceaccounts`,
    "/api/v1/nodes",
  ]) {
    expect(await tryTo(transport, { path })).toContain("is forbidden");
  }
  const token = {
    method: "POST",
    path: `/api/v1/namespaces/${identitiesNamespace}/serviceaccounts/default/token`,
    body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
  } as const;
  expect(await tryTo(transport, token)).toContain("is forbidden");
});

test("the published rights are all that the agent has to have, and what is missing is named", async () => {
  expect(await missingRights(await asAccount(agentAccount), identitiesNamespace)).toEqual([]);
  const { connection } = await bound();
  const missing = await missingRights(connection, identitiesNamespace);
  expect(missing).toContain("list secrets");
  expect(missing).toContain("create serviceaccounts/token in platz-identities");
  expect(missing).toContain("bind clusterroles.rbac.authorization.k8s.io platz-namespace");
  // What every account may.
  expect(missing).not.toContain("list namespaces");
});

test("the API server understands every expression of the policies", async () => {
  for (const name of ["platz-bindings", "platz-namespaces"]) {
    const path = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${name}`;
    const { status } = await admin.json(Policy, { path });
    expect(status.typeChecking?.expressionWarnings ?? []).toEqual([]);
    expect(status.observedGeneration).toBeGreaterThan(0);
  }
});

const Policy = z.object({
  status: z.object({
    observedGeneration: z.int(),
    typeChecking: z.object({ expressionWarnings: z.array(z.unknown()).optional() }).optional(),
  }),
});

test("all accounts are listed with what they are bound to, and one that is removed is gone", async () => {
  const { host, deploymentId, namespace, account: mine } = await bound();
  // Names of ClusterRoles have what names of other objects have not.
  const roles = ["platz-grant-crds", "Monitoring:read_all"];
  for (const role of roles) await host.bindInCluster(deploymentId, role);
  expect((await host.list()).get(deploymentId)).toEqual({
    hasAccount: true,
    namespaces: new Set([namespace]),
    clusterRoles: new Set(roles),
  });
  for (const role of roles) await host.unbindInCluster(deploymentId, role);
  await host.removeAccount(deploymentId);
  await host.removeAccount(deploymentId);
  expect((await host.list()).get(deploymentId)).toMatchObject({ hasAccount: false, clusterRoles: new Set() });
  expect(
    await tryTo(admin, { path: `/api/v1/namespaces/${mine.namespace}/serviceaccounts/${mine.name}` }),
  ).toContain("not found");
});
