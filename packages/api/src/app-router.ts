import type { Permission } from "@platz/services";
import type { AnyProcedure } from "@trpc/server";
import { permissionMatrix } from "./permission-matrix.ts";
import { audit } from "./routers/audit.ts";
import { botTokens } from "./routers/bot-tokens.ts";
import { bots } from "./routers/bots.ts";
import { charts } from "./routers/charts.ts";
import { clusters } from "./routers/clusters.ts";
import { collections } from "./routers/collections.ts";
import { deploymentPermissions } from "./routers/deployment-permissions.ts";
import { deploymentResourceTypes } from "./routers/deployment-resource-types.ts";
import { deploymentResources } from "./routers/deployment-resources.ts";
import { deploymentTasks } from "./routers/deployment-tasks.ts";
import { deployments } from "./routers/deployments.ts";
import { envUserPermissions } from "./routers/env-user-permissions.ts";
import { envs } from "./routers/envs.ts";
import { events } from "./routers/events.ts";
import { k8sResources } from "./routers/k8s-resources.ts";
import { kindGrants } from "./routers/kind-grants.ts";
import { kinds } from "./routers/kinds.ts";
import { me } from "./routers/me.ts";
import { pods } from "./routers/pods.ts";
import { registries } from "./routers/registries.ts";
import { resourceOffers } from "./routers/resource-offers.ts";
import { secrets } from "./routers/secrets.ts";
import { server } from "./routers/server.ts";
import { sessions } from "./routers/sessions.ts";
import { signIn } from "./routers/sign-in.ts";
import { tagFormats } from "./routers/tag-formats.ts";
import { upgradePolicies } from "./routers/upgrade-policies.ts";
import { userTokens } from "./routers/user-tokens.ts";
import { users } from "./routers/users.ts";
import { createCallerFactory, router } from "./trpc.ts";

/** Every procedure of the API, by plural noun and verb. */
export const appRouter = router({
  audit,
  bots,
  botTokens,
  charts,
  clusters,
  collections,
  deploymentPermissions,
  deploymentResources,
  deploymentResourceTypes,
  deployments,
  deploymentTasks,
  envs,
  envUserPermissions,
  events,
  k8sResources,
  kindGrants,
  kinds,
  me,
  pods,
  registries,
  resourceOffers,
  secrets,
  server,
  sessions,
  signIn,
  tagFormats,
  upgradePolicies,
  users,
  userTokens,
});
export type AppRouter = typeof appRouter;

/** The paths of all procedures, as `envs.list`. */
type PathsOf<Record, Prefix extends string = ""> = {
  [Name in keyof Record & string]: Record[Name] extends AnyProcedure
    ? `${Prefix}${Name}`
    : PathsOf<Record[Name], `${Prefix}${Name}.`>;
}[keyof Record & string];

// Deny by default: a procedure without a permission, or a permission for no procedure, does not compile.
permissionMatrix satisfies Readonly<Record<PathsOf<AppRouter["_def"]["record"]>, Permission>>;
type Unknown = Exclude<keyof typeof permissionMatrix, PathsOf<AppRouter["_def"]["record"]>>;
null as unknown as Unknown satisfies never;

/** Calls procedures without HTTP, through the same checks and translations. */
export const createCaller = createCallerFactory(appRouter);
