import { expect, test } from "bun:test";
import { refusedAccess } from "./refused-access.ts";

const user = 'User "system:serviceaccount:platz-identities:deployment-b8c011ba-85bc-4b8c-93ed-0f7eed0263f8"';
const said = (kind: string, plural: string, where: string, group = "") =>
  `UPGRADE FAILED: could not get information about the resource ${kind} "x" in ${where}: ${plural} "x" is forbidden: ${user} cannot get resource "${plural}" in API group "${group}" `;

test("a refusal names kind and place of the object, also where a secret hides the place", () => {
  const secret = said("Secret", "secrets", 'namespace "kube-system"');
  expect(refusedAccess(`${secret}in the namespace "kube-system"`)).toMatchObject({
    kind: "Secret",
    name: "x",
    namespace: "kube-system",
    why: "belongs to the namespace kube-system",
  });
  expect(refusedAccess(`${said("Secret", "secrets", '[redacted]"')}in the [redacted]"`)).toMatchObject({
    kind: "Secret",
    namespace: null,
    why: "belongs to another namespace",
  });
  const role = said("ClusterRole", "clusterroles", 'namespace ""', "rbac.authorization.k8s.io");
  expect(refusedAccess(`${role}at the cluster scope`)).toMatchObject({
    kind: "ClusterRole",
    why: "belongs to the whole cluster",
  });
  expect(refusedAccess("UPGRADE FAILED: timed out")).toBeUndefined();
});
