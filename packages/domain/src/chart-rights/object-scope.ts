import { type RenderedObject, recordOf } from "./rendered-object.ts";

/** Kinds of Kubernetes itself that belong to no namespace, by API group. */
const clusterScoped: Readonly<Record<string, readonly string[]>> = {
  "": ["ComponentStatus", "Namespace", "Node", "PersistentVolume"],
  "admissionregistration.k8s.io": [
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
  ],
  "apiextensions.k8s.io": ["CustomResourceDefinition"],
  "apiregistration.k8s.io": ["APIService"],
  "authentication.k8s.io": ["SelfSubjectReview", "TokenReview"],
  "authorization.k8s.io": ["SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"],
  "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle"],
  "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
  "internal.apiserver.k8s.io": ["StorageVersion"],
  "networking.k8s.io": ["IPAddress", "IngressClass", "ServiceCIDR"],
  "node.k8s.io": ["RuntimeClass"],
  policy: ["PodSecurityPolicy"],
  "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
  "resource.k8s.io": ["DeviceClass", "DeviceTaintRule", "ResourceSlice"],
  "scheduling.k8s.io": ["PriorityClass"],
  "storage.k8s.io": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
  "storagemigration.k8s.io": ["StorageVersionMigration"],
};

/** Groups of Kubernetes itself whose kinds all belong to namespaces. */
const namespacedGroups: readonly string[] = [
  "apps",
  "autoscaling",
  "batch",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "extensions",
];

/** What a cluster says of kinds that Kubernetes itself does not have: whether they belong to namespaces. */
export type KnownScopes = ReadonlyMap<string, "Cluster" | "Namespaced">;

/** How a kind is named in `KnownScopes`. */
export function scopeKey(group: string, kind: string): string {
  return `${kind}.${group}`;
}

/** Whether a group is one that charts and operators add to Kubernetes. */
export function isCustomGroup(group: string): boolean {
  return !Object.hasOwn(clusterScoped, group) && !namespacedGroups.includes(group);
}

/** What the definitions among these objects say of their kinds. */
export function definedScopes(objects: readonly RenderedObject[]): Map<string, "Cluster" | "Namespaced"> {
  const scopes = new Map<string, "Cluster" | "Namespaced">();
  for (const { group, kind, content } of objects) {
    if (group !== "apiextensions.k8s.io" || kind !== "CustomResourceDefinition") continue;
    const { group: of, scope, names } = recordOf(content["spec"]);
    const defined = recordOf(names)["kind"];
    if (typeof of !== "string" || typeof defined !== "string") continue;
    scopes.set(scopeKey(of, defined), scope === "Cluster" ? "Cluster" : "Namespaced");
  }
  return scopes;
}

/**
 * Whether an object belongs to no namespace. Of kinds that nobody knows it is taken that they belong to one: most do, and
 * Helm says so when they do not.
 */
export function isClusterScoped({ group, kind }: RenderedObject, known: readonly KnownScopes[]): boolean {
  if (!isCustomGroup(group)) return clusterScoped[group]?.includes(kind) ?? false;
  const scope = known.map((scopes) => scopes.get(scopeKey(group, kind))).find((found) => found !== undefined);
  return scope === "Cluster";
}
