import { ALL_ROLE, CRDS_ROLE, NAMESPACE_ROLE, READ_ROLE } from "./cluster-roles.ts";
import type { Right } from "./right.ts";

/** What the agent itself may do in the whole cluster. It does no more; a test compares it with the API server's audit log. */
export const clusterRights: readonly Right[] = [
  {
    group: "",
    resources: ["namespaces"],
    verbs: ["get", "list", "watch", "create", "patch", "delete"],
    to: "keep the namespaces of deployments, and their levels of Pod Security",
  },
  {
    group: "",
    resources: ["secrets"],
    verbs: ["get", "list", "watch", "create", "patch", "delete"],
    to: "write the Secrets that a deployment is given, and read Helm's records of its revisions",
  },
  {
    group: "",
    resources: ["pods"],
    verbs: ["list", "watch", "delete"],
    to: "show pods, and restart them",
  },
  { group: "", resources: ["pods/log"], verbs: ["get"], to: "show the logs of pods" },
  { group: "", resources: ["events"], verbs: ["list"], to: "show what Kubernetes noted about a deployment" },
  {
    group: "apps",
    resources: ["deployments", "statefulsets"],
    verbs: ["get", "list", "watch", "patch"],
    to: "show workloads, restart them, and see what somebody changed by hand",
  },
  { group: "batch", resources: ["jobs"], verbs: ["list", "watch"], to: "show Jobs" },
  {
    group: "rbac.authorization.k8s.io",
    resources: ["rolebindings"],
    verbs: ["list", "create", "patch"],
    to: "bind the account of a deployment in the deployment's namespace",
  },
  {
    group: "rbac.authorization.k8s.io",
    resources: ["clusterrolebindings"],
    verbs: ["list", "create", "patch", "delete"],
    to: "bind the account of a deployment to what its kind was granted, and take that away again",
  },
  {
    group: "rbac.authorization.k8s.io",
    resources: ["clusterroles"],
    names: [NAMESPACE_ROLE, CRDS_ROLE],
    verbs: ["bind"],
    to: "bind these ClusterRoles without having their rights itself; it makes and changes none",
  },
  {
    group: "rbac.authorization.k8s.io",
    resources: ["clusterroles"],
    names: [NAMESPACE_ROLE, READ_ROLE],
    verbs: ["get"],
    to: "see whether they are there",
  },
];

/** What the agent may do in the namespace of the accounts. */
export const identityRights: readonly Right[] = [
  {
    group: "",
    resources: ["serviceaccounts"],
    verbs: ["list", "create", "patch", "delete"],
    to: "keep an account for each deployment",
  },
  {
    group: "",
    resources: ["serviceaccounts/token"],
    verbs: ["create"],
    to: "give Helm a token that lasts as long as its task",
  },
];

/** What it may do besides in the namespace of its Jobs (`PLATZ_HELM_RUNNER=job`). */
export const jobRights: readonly Right[] = [
  {
    group: "batch",
    resources: ["jobs"],
    verbs: ["create", "patch", "delete"],
    to: "run Helm as Jobs",
  },
];

/** What is added where kinds may be granted everything. */
export const grantAllRights: readonly Right[] = [
  {
    group: "rbac.authorization.k8s.io",
    resources: ["clusterroles"],
    names: [ALL_ROLE],
    verbs: ["bind"],
    to: "bind it for kinds that were granted everything",
  },
];
