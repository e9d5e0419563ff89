import { stringify } from "yaml";
import { admissionPolicies } from "./admission-policies.ts";
import { clusterRights, grantAllRights, identityRights, jobRights } from "./agent-rights.ts";
import {
  ALL_ROLE,
  accountRoles,
  allRights,
  CRDS_LABEL,
  CRDS_ROLE,
  definitionRights,
  READ_ROLE,
} from "./cluster-roles.ts";
import { type Right, rulesOf } from "./right.ts";

export interface RightsPlaces {
  /** Where the accounts of deployments are: a namespace in which nothing else is. */
  readonly identitiesNamespace: string;
  /** The agent's own account. */
  readonly agent: { readonly namespace: string; readonly name: string };
}

/** As the published manifest has it. */
export const standardPlaces: RightsPlaces = {
  identitiesNamespace: "platz-identities",
  agent: { namespace: "platz", name: "platz-agent" },
};

/** The kinds of objects that the manifest has, with the names of their collections. */
export const manifestKinds = {
  Namespace: "namespaces",
  ServiceAccount: "serviceaccounts",
  ClusterRole: "clusterroles",
  ClusterRoleBinding: "clusterrolebindings",
  Role: "roles",
  RoleBinding: "rolebindings",
  ValidatingAdmissionPolicy: "validatingadmissionpolicies",
  ValidatingAdmissionPolicyBinding: "validatingadmissionpolicybindings",
} as const;

/** An object of the manifest. */
export interface RightsObject {
  readonly apiVersion: string;
  readonly kind: keyof typeof manifestKinds;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** What a cluster needs before an agent works on it: namespaces, the agent's account and rights, roles, and policies. */
export function rightsObjects({ identitiesNamespace, agent }: RightsPlaces): RightsObject[] {
  const agentSubject = { kind: "ServiceAccount", ...agent };
  const accounts = {
    kind: "Group",
    apiGroup: "rbac.authorization.k8s.io",
    name: `system:serviceaccounts:${identitiesNamespace}`,
  };
  return [
    namespace(agent.namespace),
    namespace(identitiesNamespace),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: agent },
    ...accountRoles.map(({ name, rights }) => clusterRole(name, rights)),
    clusterRole(`${CRDS_ROLE}-definitions`, definitionRights, { [CRDS_LABEL]: "yes" }),
    aggregated(CRDS_ROLE, CRDS_LABEL),
    clusterRoleBinding(READ_ROLE, READ_ROLE, accounts),
    clusterRole("platz-agent", clusterRights),
    clusterRoleBinding("platz-agent", "platz-agent", agentSubject),
    ...inNamespace(identitiesNamespace, "platz-agent", { rights: identityRights, subject: agentSubject }),
    ...inNamespace(agent.namespace, "platz-agent-jobs", { rights: jobRights, subject: agentSubject }),
    ...admissionPolicies(identitiesNamespace),
  ] as RightsObject[];
}

/** What is added where kinds of deployment may be granted everything in the cluster. */
export function grantAllObjects({ agent }: Pick<RightsPlaces, "agent">): RightsObject[] {
  const name = "platz-agent-grant-all";
  return [
    clusterRole(ALL_ROLE, allRights),
    clusterRole(name, grantAllRights),
    clusterRoleBinding(name, name, { kind: "ServiceAccount", ...agent }),
  ] as RightsObject[];
}

/** Objects as a file that `kubectl apply --server-side -f` takes: YAML 1.1, in which an unquoted `yes` is no text. */
export function manifestYaml(objects: readonly RightsObject[]): string {
  return objects.map((object) => stringify(object, { lineWidth: 0, version: "1.1" })).join("---\n");
}

function namespace(name: string): object {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

const apiVersion = "rbac.authorization.k8s.io/v1";

function clusterRole(name: string, rights: readonly Right[], labels?: Record<string, string>): object {
  return {
    apiVersion,
    kind: "ClusterRole",
    metadata: { name, ...(labels === undefined ? {} : { labels }) },
    rules: rulesOf(rights),
  };
}

function aggregated(name: string, label: string): object {
  const clusterRoleSelectors = [{ matchLabels: { [label]: "yes" } }];
  return { apiVersion, kind: "ClusterRole", metadata: { name }, aggregationRule: { clusterRoleSelectors } };
}

function clusterRoleBinding(name: string, role: string, subject: object): object {
  return {
    apiVersion,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [subject],
  };
}

function inNamespace(
  place: string,
  name: string,
  { rights, subject }: { readonly rights: readonly Right[]; readonly subject: object },
): object[] {
  return [
    { apiVersion, kind: "Role", metadata: { name, namespace: place }, rules: rulesOf(rights) },
    {
      apiVersion,
      kind: "RoleBinding",
      metadata: { name, namespace: place },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [subject],
    },
  ];
}
