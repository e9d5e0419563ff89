import {
  accountRoles,
  CRDS_LABEL,
  clusterRights,
  definitionRights,
  grantAllRights,
  identityRights,
  jobRights,
  type Right,
} from "@platz/kubernetes";

/** `docs/kubernetes-rights.md`, as the code has it: what Platz may do on a cluster, and as whom. */
export function kubernetesRightsPage(): string {
  const role = (name: string) => accountRoles.find((each) => each.name === name)?.rights ?? [];
  return `# Rights on a cluster

Made from the code by \`npm run docs\`. [kubernetes-rights.yaml](kubernetes-rights.yaml) holds all of it, for the standard
names; \`bun run k8s-agent rights\` prints it for others (\`--help\` says which). A cluster admin puts it onto each cluster
before an agent works there, and again when Platz is upgraded:

\`\`\`
kubectl apply --server-side -f docs/kubernetes-rights.yaml
\`\`\`

A test does with exactly these rights all that an agent does, and compares them, verb by verb, with the audit log of the
API server: no more is asked for, and nothing is left over.
When an agent connects to a cluster it asks which of its rights are missing; the cluster's row and the agent's \`/status\`
say so.

## Two identities

The **agent** watches clusters, keeps namespaces, Secrets and accounts, and reads what Helm has recorded. It runs no chart.

**Helm** acts as an account of its deployment, by both runners and in every operation. The account is a service account in
a namespace of its own (\`PLATZ_IDENTITIES_NAMESPACE\`, \`platz-identities\`) in which no pod runs: a pod can use the
accounts of its own namespace only, so no pod of a chart can use this one. Its token lives as long as the task may take, and
ten minutes more; where the API server gives less, Helm is stopped before the token ends, and the task says so. Names come
from the deployment's id: the account \`deployment-<id>\`, the RoleBinding \`platz-namespace\` in the deployment's namespace,
and a ClusterRoleBinding \`platz-<id>-<ClusterRole>\` for each ClusterRole that the kind was granted. A binding that the kind
has no grant for any more goes with the next task, or when the agent connects; account and ClusterRoleBindings go when the
deployment is uninstalled.

| ClusterRole | who has it | where |
| --- | --- | --- |
| \`platz-namespace\` | the account of each deployment | in the deployment's namespace |
| \`platz-read\` | all accounts of deployments | in the whole cluster |
| \`platz-grant-crds\` | accounts of kinds that were granted \`crds\` | in the whole cluster |
| \`platz-grant-all\` | accounts of kinds that were granted \`everything\` | in the whole cluster |
| another one | accounts of kinds that were granted it by name | in the whole cluster |

### platz-namespace

${table(role("platz-namespace"))}

### platz-read

Many charts look these up, also when they make none.

${table(role("platz-read"))}

### platz-grant-crds

${table(definitionRights)}

Instances in the deployment's own namespace need no more than \`platz-namespace\`. For others RBAC has to name their API
groups: rules of any ClusterRole with the label \`${CRDS_LABEL}: "yes"\` belong to \`platz-grant-crds\`.

### platz-grant-all

Only where an operator wants kinds that may do everything: it is in a file of its own, and without it nobody can be bound to
it.

\`\`\`
kubectl apply --server-side -f docs/kubernetes-grant-all.yaml
\`\`\`

### A ClusterRole of your own

Give it a name that begins with \`platz-grant-\`, so that the policy below covers it, and let the agent bind it:

\`\`\`yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: platz-agent-grants}
rules:
  - apiGroups: [rbac.authorization.k8s.io]
    resources: [clusterroles]
    resourceNames: [platz-grant-monitoring]
    verbs: [bind]
\`\`\`

with a ClusterRoleBinding of it for the agent's account.

## The agent

In the whole cluster:

${table(clusterRights)}

In the namespace of the accounts:

${table(identityRights)}

In its own namespace, or wherever \`PLATZ_HELM_JOB_NAMESPACE\` says, for \`PLATZ_HELM_RUNNER=job\`:

${table(jobRights)}

With \`platz-grant-all\`:

${table(grantAllRights)}

**An agent is trusted.** It reads the Secrets of all namespaces, since Helm keeps its records in them, and whoever may bind
can give somebody else what it does not have itself. It makes bindings and never roles, so it needs no \`escalate\`.

## Policies

What RBAC cannot say, two ValidatingAdmissionPolicies do (Kubernetes 1.30 or later):

- \`platz-bindings\`: \`platz-namespace\` is bound in single namespaces only, and these have the label \`platz=yes\`; it and
  all ClusterRoles whose name begins with \`platz-grant-\` are bound to service accounts of \`platz-identities\` alone.
- \`platz-namespaces\`: labels and owner of a deployment's namespace, its level of Pod Security among them, are changed only
  by who may change namespaces in the whole cluster. Everything in a namespace would otherwise include the Namespace itself.
`;
}

function table(rights: readonly Right[]): string {
  const lines = rights.map(({ group, resources, names, verbs, to }) => {
    const only = names === undefined ? "" : ` named ${names.join(", ")}`;
    const cells = [group === "" ? "core" : group, resources.join(", ") + only, verbs.join(", "), to];
    return `| ${cells.map((cell) => cell.replaceAll("*", "\\*")).join(" | ")} |`;
  });
  return ["| API group | resources | verbs | to |", "| --- | --- | --- | --- |", ...lines].join("\n");
}
