import type { Permission } from "@platz/services";

/**
 * Who may call what: the one table that the router goes by, the tests walk and `docs/permissions.md` shows. A procedure
 * that is missing here does not compile, and would be refused to everybody.
 */
export const permissionMatrix = {
  "audit.list": "list",
  "charts.get": "list",
  "charts.list": "list",
  "clusters.get": "read",
  "clusters.list": "list",
  "clusters.update": "site admin",
  "deploymentPermissions.create": "env admin",
  "deploymentPermissions.delete": "env admin",
  "deploymentPermissions.list": "list",
  "deploymentTasks.cancel": "task actor",
  "deploymentTasks.get": "read",
  "deploymentTasks.list": "list",
  "deploymentTasks.log": "read",
  "deploymentTasks.request": "deployment operator",
  "deploymentTasks.retry": "deployment maintainer",
  "deployments.create": "deployment owner",
  "deployments.delete": "deployment owner",
  "deployments.get": "read",
  "deployments.list": "list",
  "deployments.update": "deployment maintainer",
  "envUserPermissions.create": "env admin",
  "envUserPermissions.delete": "env admin",
  "envUserPermissions.list": "list",
  "envs.create": "site admin",
  "envs.delete": "site admin",
  "envs.get": "read",
  "envs.list": "list",
  "envs.update": "site admin",
  "events.changes": "list",
  "k8sResources.list": "list",
  "kinds.get": "list",
  "kinds.list": "list",
  "me.get": "signed in",
  "registries.get": "list",
  "registries.list": "list",
  "secrets.create": "env admin",
  "secrets.delete": "env admin",
  "secrets.list": "list",
  "secrets.update": "env admin",
  "server.info": "public",
  "signIn.finish": "public",
  "signIn.start": "public",
  "userTokens.create": "person",
  "userTokens.delete": "its owner",
  "userTokens.list": "person",
  "users.list": "person",
} as const satisfies Record<string, Permission>;

/** What a procedure demands; nothing for one that is not in the table. */
export function permissionOf(path: string): Permission | undefined {
  return Object.hasOwn(permissionMatrix, path)
    ? permissionMatrix[path as keyof typeof permissionMatrix]
    : undefined;
}
