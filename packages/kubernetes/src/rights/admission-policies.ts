import { DEPLOYMENT_ANNOTATION, NAMESPACE_LABEL } from "../namespaces.ts";
import { NAMESPACE_ROLE } from "./cluster-roles.ts";

/**
 * What RBAC cannot say: that the roles of accounts are bound to accounts alone, the one for namespaces in namespaces of
 * deployments alone; and that rights in a namespace are none over what the namespace itself is.
 */
export function admissionPolicies(identitiesNamespace: string): object[] {
  return [...bindingsPolicy(identitiesNamespace), ...namespacesPolicy()];
}

function bindingsPolicy(identitiesNamespace: string): object[] {
  return policy("platz-bindings", {
    matchConstraints: rules(
      "rbac.authorization.k8s.io",
      ["rolebindings", "clusterrolebindings"],
      ["CREATE", "UPDATE"],
    ),
    matchConditions: [
      {
        name: "binds-a-role-of-accounts",
        expression: `object.roleRef.name == "${NAMESPACE_ROLE}" || object.roleRef.name.startsWith("platz-grant-")`,
      },
    ],
    validations: [
      {
        expression: `request.kind.kind == "RoleBinding" || object.roleRef.name != "${NAMESPACE_ROLE}"`,
        message: `${NAMESPACE_ROLE} is bound in single namespaces only.`,
      },
      {
        expression: `request.kind.kind != "RoleBinding" || (has(namespaceObject.metadata.labels) && "${NAMESPACE_LABEL}" in namespaceObject.metadata.labels && namespaceObject.metadata.labels["${NAMESPACE_LABEL}"] == "yes")`,
        message: `Roles of accounts are bound in namespaces with the label ${NAMESPACE_LABEL}=yes only.`,
      },
      {
        expression: `has(object.subjects) && object.subjects.all(subject, subject.kind == "ServiceAccount" && subject.namespace == "${identitiesNamespace}")`,
        message: `Roles of accounts are bound to service accounts of ${identitiesNamespace} only.`,
      },
    ],
  });
}

/** Who may do everything in a namespace may also change the Namespace object: its level of Pod Security among it. */
function namespacesPolicy(): object[] {
  const labels = (object: string) => `(has(${object}.metadata.labels) ? ${object}.metadata.labels : {})`;
  const owner = (object: string) =>
    `(has(${object}.metadata.annotations) && "${DEPLOYMENT_ANNOTATION}" in ${object}.metadata.annotations ? ${object}.metadata.annotations["${DEPLOYMENT_ANNOTATION}"] : "")`;
  return policy("platz-namespaces", {
    matchConstraints: rules("", ["namespaces", "namespaces/status", "namespaces/finalize"], ["UPDATE"]),
    matchConditions: [
      {
        name: "belongs-to-a-deployment",
        expression: `has(oldObject.metadata.labels) && "${NAMESPACE_LABEL}" in oldObject.metadata.labels && oldObject.metadata.labels["${NAMESPACE_LABEL}"] == "yes"`,
      },
    ],
    validations: [
      {
        expression: `(${labels("object")} == ${labels("oldObject")} && ${owner("object")} == ${owner("oldObject")}) || authorizer.group("").resource("namespaces").check("patch").allowed()`,
        message:
          "Labels and owner of a deployment's namespace are changed by Platz only: whoever has rights in the namespace alone may not.",
      },
    ],
  });
}

function rules(group: string, resources: readonly string[], operations: readonly string[]): object {
  return { resourceRules: [{ apiGroups: [group], apiVersions: ["v1"], operations, resources }] };
}

function policy(name: string, spec: object): object[] {
  const apiVersion = "admissionregistration.k8s.io/v1";
  return [
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name },
      spec: { failurePolicy: "Fail", ...spec },
    },
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name },
      spec: { policyName: name, validationActions: ["Deny"] },
    },
  ];
}
