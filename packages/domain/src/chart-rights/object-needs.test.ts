import { expect, test } from "bun:test";
import { type ObjectNeeds, objectNeeds } from "./object-needs.ts";
import { leastGrant, ungrantedObjects } from "./ungranted.ts";

const own = "paintmixer-red";
const object = (apiVersion: string, kind: string, more: object = {}, metadata: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name: "a", ...metadata },
  ...more,
});
const needsOf = (...documents: unknown[]) => objectNeeds(documents, { namespace: own });
const outside = (...documents: unknown[]) =>
  needsOf(...documents).map(({ kind, outside }) => `${kind}: ${outside?.preset ?? "nothing"}`);
const podSecurity = { enforce: "baseline", warn: null } as const;
const whys = (needs: readonly ObjectNeeds[], ...clusterRoles: string[]) =>
  ungrantedObjects(needs, { clusterRoles, podSecurity }).map(
    ({ kind, name, why }) => `${kind} ${name} ${why}`,
  );

test("what a chart makes in its own namespace needs nothing, whatever rights it gives there", () => {
  const rbac = "rbac.authorization.k8s.io/v1";
  expect(
    outside(
      object("v1", "ConfigMap"),
      object("v1", "Secret", {}, { namespace: own }),
      object(rbac, "Role", { rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] }),
      object(rbac, "RoleBinding", { roleRef: { kind: "ClusterRole", name: "cluster-admin" } }),
      object("cert-manager.io/v1", "Certificate"),
    ).filter((line) => !line.endsWith("nothing")),
  ).toEqual([]);
});

test("objects of the whole cluster and of other namespaces need everything, definitions and their kinds need crds", () => {
  const needs = needsOf(
    object("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    object("v1", "ConfigMap", {}, { name: "dns", namespace: "kube-system" }),
    object("v1", "PersistentVolume"),
    object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
    object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {}, { name: "shops.example.com" }),
  );
  expect(needs.map(({ outside }) => outside?.preset)).toEqual([
    "everything",
    "everything",
    "everything",
    "everything",
    "crds",
  ]);
  expect(whys(needs)).toEqual([
    "ClusterRoleBinding a gives rights in the whole cluster",
    "ConfigMap dns belongs to the namespace kube-system, which is not the deployment's",
    "PersistentVolume a belongs to the whole cluster",
    "ValidatingWebhookConfiguration a belongs to the whole cluster",
    "CustomResourceDefinition shops.example.com makes a kind for the whole cluster",
  ]);
  expect(needs[0]?.namespace).toBeNull();
  expect(needs[1]?.namespace).toBe("kube-system");
});

const definition = (scope: string) =>
  object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
    spec: { group: "example.com", scope, names: { kind: "Shop" } },
  });

test("a kind that only a definition knows is taken for what the chart's own, or the cluster's, says", () => {
  const shop = object("example.com/v1", "Shop");
  expect(outside(shop)).toEqual(["Shop: nothing"]);
  expect(outside(shop, definition("Cluster"))).toEqual(["Shop: crds", "CustomResourceDefinition: crds"]);
  expect(outside(definition("Namespaced"), shop)).toEqual([
    "CustomResourceDefinition: crds",
    "Shop: nothing",
  ]);
  const scopes = new Map([["Shop.example.com", "Cluster" as const]]);
  expect(objectNeeds([shop], { namespace: own, scopes })[0]?.outside?.preset).toBe("crds");
});

test("lists stand for their items, hooks count, and what only helm test runs does not", () => {
  const role = (name: string, hook?: string) =>
    object(
      "rbac.authorization.k8s.io/v1",
      "ClusterRole",
      {},
      { name, annotations: hook === undefined ? {} : { "helm.sh/hook": hook } },
    );
  const list = {
    apiVersion: "v1",
    kind: "List",
    items: [role("one"), { apiVersion: "v1", kind: "RoleList", items: [role("two")] }],
  };
  const names = needsOf(
    list,
    role("three", "pre-install"),
    role("four", "test"),
    role("five", "test,post-delete"),
  );
  expect(names.map(({ name }) => name)).toEqual(["one", "two", "three", "five"]);
});

test("an object without a name is told by what its name begins with, and no text of a chart breaks a line", () => {
  const [generated, odd] = needsOf(
    object("v1", "Namespace", {}, { name: undefined, generateName: "team-" }),
    object("v1", "Namespace", {}, { name: "a\nb".repeat(1000) }),
  );
  expect(generated?.name).toBe("team-*");
  expect(odd?.name).toHaveLength(253);
  expect(odd?.name).not.toContain("\n");
});

test("what is no object is passed over", () => {
  expect(needsOf(null, 5, "text", [], {}, { kind: "Pod" }, { apiVersion: 1, kind: "Pod" })).toEqual([]);
  expect(needsOf(object("v1", "Pod", { spec: { containers: "none", volumes: { a: 1 } } }))).toHaveLength(1);
});

const pod = (spec: object, more: object = {}) => object("v1", "Pod", { spec, ...more });
const privileged = { containers: [{ name: "web", securityContext: { privileged: true } }] };

test("pods are judged by the level that the grant enforces, also within what makes them", () => {
  const template = { template: { spec: privileged } };
  const makers = [
    pod(privileged),
    object("apps/v1", "Deployment", { spec: template }),
    object("apps/v1", "DaemonSet", { spec: template }),
    object("batch/v1", "Job", { spec: template }),
    object("batch/v1", "CronJob", { spec: { jobTemplate: { spec: template } } }),
  ];
  const needs = needsOf(...makers);
  expect(whys(needs)[1]).toBe(
    "Deployment a has pods that the level baseline of Pod Security forbids: they have a container (web) that is privileged",
  );
  expect(whys(needs)).toHaveLength(makers.length);
  const open = { enforce: "privileged", warn: null } as const;
  expect(ungrantedObjects(needs, { clusterRoles: [], podSecurity: open })).toEqual([]);
  expect(whys(needs, "platz-grant-all")).toHaveLength(makers.length);
});

test("crds are covered by crds and by everything, the rest by everything alone", () => {
  const needs = needsOf(object("v1", "Namespace"), definition("Cluster"));
  expect(whys(needs, "platz-grant-crds")).toEqual(["Namespace a belongs to the whole cluster"]);
  expect(whys(needs, "platz-grant-all")).toEqual([]);
});

test("of a ClusterRole of the operator's own nobody but the cluster knows what it allows", () => {
  const [why] = whys(needsOf(object("v1", "Namespace")), "team:spaces");
  expect(why).toBe("Namespace a belongs to the whole cluster, unless the ClusterRole team:spaces allows it");
});

test("the least grant is that with which nothing of the chart is refused", () => {
  const least = (...documents: unknown[]) => leastGrant(needsOf(...documents));
  expect(least(object("v1", "ConfigMap"))).toEqual({ preset: "nothing", podSecurity: "baseline" });
  expect(least(definition("Cluster"))).toEqual({ preset: "crds", podSecurity: "baseline" });
  expect(least(definition("Cluster"), object("v1", "Namespace"), pod(privileged))).toEqual({
    preset: "everything",
    podSecurity: "privileged",
  });
});

test("aliases that make a short text endless make the work no longer than a release is large", () => {
  // Each level has the one below it ten times: 10^12 lists, of which no more are looked at than a release has objects.
  let list: unknown = { apiVersion: "v1", kind: "List", items: [] };
  for (let level = 0; level < 12; level += 1) {
    list = { apiVersion: "v1", kind: "List", items: Array.from({ length: 10 }, () => list) };
  }
  expect(needsOf(list)).toEqual([]);
  const containers = Array.from({ length: 100_000 }, () => ({
    name: "web",
    securityContext: { privileged: true },
  }));
  const [need] = needsOf(pod({ containers }));
  expect(need?.pods?.baseline).toEqual(["a container (web) that is privileged"]);
});
