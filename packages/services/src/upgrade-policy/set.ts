import { lockDeployment, type PlacedDeployment } from "@platz/db/queries/deployments";
import { findHelmTagFormat } from "@platz/db/queries/helm-tag-formats";
import { deleteUpgradePolicy, findUpgradePolicy, putUpgradePolicy } from "@platz/db/queries/upgrade-policies";
import {
  type DeploymentId,
  NotFound,
  type SetUpgradePolicy,
  type UpgradePolicy,
  type UpgradePolicyId,
} from "@platz/domain";
import { requireDeploymentMaintainer } from "../access/require-deployment-role.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { deploymentLabel } from "../deployment/deployment-label.ts";
import { requireNotDeleting } from "../deployment/require-in-use.ts";

/**
 * Makes a deployment follow charts from now on, in the name of the caller, who allows every upgrade that comes of it and
 * needs the right to each when it comes. By a token no more is allowed than the token may, and no longer than it counts.
 */
export async function setUpgradePolicy(
  context: ServiceContext,
  input: SetUpgradePolicy,
): Promise<UpgradePolicy> {
  return await inTransaction(context, async (context) => {
    const { db, identity, scope, grant, now } = context;
    const deployment = await requireOwnDeployment(context, input.deploymentId, "let it follow charts");
    if (input.tagFormatId !== null && !(await findHelmTagFormat(db, input.tagFormatId))) {
      throw new NotFound("tag format", input.tagFormatId);
    }
    const before = await findUpgradePolicy(db, input.deploymentId);
    const by = { identity, tokenId: grant.tokenId, label: scope.label, at: now() };
    const policy = await putUpgradePolicy(db, input, by);
    await recordChange(context, {
      ...auditedPolicy(policy.id, deployment),
      before: before && auditedFields(before),
      after: auditedFields(policy),
    });
    return policy;
  });
}

/** Lets a deployment follow nothing any more. */
export async function removeUpgradePolicy(
  context: ServiceContext,
  deploymentId: DeploymentId,
): Promise<void> {
  await inTransaction(context, async (context) => {
    const deployment = await requireOwnDeployment(context, deploymentId, "stop it from following charts");
    const policy = await findUpgradePolicy(context.db, deploymentId);
    if (!policy) throw new NotFound("upgrade policy of deployment", deploymentId);
    await deleteUpgradePolicy(context.db, policy.id);
    await recordChange(context, { ...auditedPolicy(policy.id, deployment), before: auditedFields(policy) });
  });
}

async function requireOwnDeployment(
  context: ServiceContext,
  id: DeploymentId,
  to: string,
): Promise<PlacedDeployment> {
  const { db, scope } = context;
  const deployment = await lockDeployment(db, id, { scope: scope.envs, strength: "no key update" });
  if (!deployment) throw new NotFound("deployment", id);
  await requireDeploymentMaintainer(context, deployment, to);
  requireNotDeleting(deployment);
  return deployment;
}

function auditedPolicy(id: UpgradePolicyId, deployment: PlacedDeployment) {
  const label = `upgrade policy of ${deploymentLabel(deployment)}`;
  return { entity: "upgrade_policies", id, envId: deployment.envId, label } as const;
}

function auditedFields({ branch, tagFormatId, window, signedOnly, allowedBy }: UpgradePolicy) {
  return { branch, tagFormatId, window, signedOnly, allowedBy };
}
