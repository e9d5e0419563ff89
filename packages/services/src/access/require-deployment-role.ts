import { findDeploymentRole } from "@platz/db/queries/deployment-permissions";
import type { PlacedDeployment } from "@platz/db/queries/deployments";
import { type DeploymentRole, type EnvId, Forbidden, type KindId, PreconditionFailed } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { seesEnv } from "./access-scope.ts";
import { isEnvAdmin } from "./require-env-admin.ts";
import { requireReach } from "./token-reach.ts";

/** The env of a deployment's cluster and its kind: what rights on deployments hang on. */
export interface DeploymentPlaceRef {
  readonly envId: EnvId | null;
  readonly kindId: KindId;
}

/** Refuses everybody but admins of the env and owners of the kind in it. `to` finishes "… may …". */
export async function requireDeploymentOwner(
  context: ServiceContext,
  place: DeploymentPlaceRef,
  to: string,
): Promise<void> {
  requireEnv(place);
  const role = await deploymentRoleOf(context, place);
  if (role !== "Owner") throw new Forbidden(`Only an owner of this kind of deployment may ${to}.`);
}

/** Refuses everybody but admins of the env and owners and maintainers of the kind in it. Deployments never pass. */
export async function requireDeploymentMaintainer(
  context: ServiceContext,
  place: DeploymentPlaceRef,
  to: string,
): Promise<void> {
  requireEnv(place);
  const role = await deploymentRoleOf(context, place);
  if (role === undefined) throw new Forbidden(`Only a maintainer of this kind of deployment may ${to}.`);
}

/**
 * Refuses like `requireDeploymentMaintainer`, but counts a deployment as a maintainer of what its token reaches within its
 * own env (API spec 4.4).
 */
export async function requireDeploymentOperator(
  context: ServiceContext,
  deployment: PlacedDeployment,
  to: string,
): Promise<void> {
  requireEnv(deployment);
  if (context.identity.kind === "Deployment" && seesEnv(context.scope, deployment.envId)) {
    await requireReach(context, deployment, { access: "act", to });
    return;
  }
  await requireDeploymentMaintainer(context, deployment, to);
}

/**
 * What the caller is to deployments of this kind in this env; admins of the env count as owners. Rights on a kind
 * count only for members of the env: leaving an env ends them.
 */
export async function deploymentRoleOf(
  { db, identity, scope }: ServiceContext,
  { envId, kindId }: DeploymentPlaceRef,
): Promise<DeploymentRole | undefined> {
  if (identity.kind === "Deployment" || envId === null || !seesEnv(scope, envId)) return undefined;
  if (isEnvAdmin(scope, envId)) return "Owner";
  return await findDeploymentRole(db, { holder: identity, envId, kindId });
}

function requireEnv({ envId }: DeploymentPlaceRef): void {
  if (envId !== null) return;
  throw new PreconditionFailed("The cluster belongs to no env: ask a site admin to put it into one first.");
}
