import type { Right } from "./right.ts";

/** Everything, bound to a deployment's account in the deployment's own namespace alone. */
export const NAMESPACE_ROLE = "platz-namespace";
/** What every account of a deployment may read in the whole cluster. */
export const READ_ROLE = "platz-read";
/** Custom resource definitions, and those of their instances that an operator names. */
export const CRDS_ROLE = "platz-grant-crds";
/** Everything in the whole cluster. */
export const ALL_ROLE = "platz-grant-all";
/** Rules of other ClusterRoles that have this label belong to `platz-grant-crds`. */
export const CRDS_LABEL = "platz-aggregate-to-grant-crds";

/** Harmless kinds of the whole cluster that many charts look up. */
const readRights: readonly Right[] = [
  {
    group: "apiextensions.k8s.io",
    resources: ["customresourcedefinitions"],
    verbs: ["get", "list"],
    to: "see which kinds there are",
  },
  {
    group: "storage.k8s.io",
    resources: ["storageclasses"],
    verbs: ["get", "list"],
    to: "see which storage there is",
  },
  {
    group: "networking.k8s.io",
    resources: ["ingressclasses"],
    verbs: ["get", "list"],
    to: "see which ingress controllers there are",
  },
  {
    group: "scheduling.k8s.io",
    resources: ["priorityclasses"],
    verbs: ["get", "list"],
    to: "see which priorities there are",
  },
  { group: "", resources: ["namespaces"], verbs: ["get", "list"], to: "see which namespaces there are" },
];

const everything: readonly Right[] = [{ group: "*", resources: ["*"], verbs: ["*"], to: "do everything" }];

/** What may be bound to accounts of deployments. */
export const accountRoles: readonly { readonly name: string; readonly rights: readonly Right[] }[] = [
  { name: NAMESPACE_ROLE, rights: everything },
  { name: READ_ROLE, rights: readRights },
];

export const definitionRights: readonly Right[] = [
  {
    group: "apiextensions.k8s.io",
    resources: ["customresourcedefinitions", "customresourcedefinitions/status"],
    verbs: ["*"],
    to: "make, change and delete kinds",
  },
];

export const allRights = everything;
