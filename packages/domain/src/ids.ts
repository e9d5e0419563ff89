import { z } from "zod";

/** An id of one kind of row. Branded, so that ids of two kinds cannot be swapped by mistake. */
const id = <Brand extends string>() => z.uuid("must be a UUID").brand<Brand>();

export const UserId = id<"User">();
export type UserId = z.output<typeof UserId>;
export const UserTokenId = id<"UserToken">();
export type UserTokenId = z.output<typeof UserTokenId>;
export const BotId = id<"Bot">();
export type BotId = z.output<typeof BotId>;
export const EnvId = id<"Env">();
export type EnvId = z.output<typeof EnvId>;
export const EnvUserPermissionId = id<"EnvUserPermission">();
export type EnvUserPermissionId = z.output<typeof EnvUserPermissionId>;
export const ClusterId = id<"K8sCluster">();
export type ClusterId = z.output<typeof ClusterId>;
export const K8sResourceId = id<"K8sResource">();
export type K8sResourceId = z.output<typeof K8sResourceId>;
export const KindId = id<"DeploymentKind">();
export type KindId = z.output<typeof KindId>;
export const HelmRegistryId = id<"HelmRegistry">();
export type HelmRegistryId = z.output<typeof HelmRegistryId>;
export const HelmChartId = id<"HelmChart">();
export type HelmChartId = z.output<typeof HelmChartId>;
export const HelmTagFormatId = id<"HelmTagFormat">();
export type HelmTagFormatId = z.output<typeof HelmTagFormatId>;
export const DeploymentId = id<"Deployment">();
export type DeploymentId = z.output<typeof DeploymentId>;
export const DeploymentTaskId = id<"DeploymentTask">();
export type DeploymentTaskId = z.output<typeof DeploymentTaskId>;
export const DeploymentPermissionId = id<"DeploymentPermission">();
export type DeploymentPermissionId = z.output<typeof DeploymentPermissionId>;
export const DeploymentResourceTypeId = id<"DeploymentResourceType">();
export type DeploymentResourceTypeId = z.output<typeof DeploymentResourceTypeId>;
export const DeploymentResourceId = id<"DeploymentResource">();
export type DeploymentResourceId = z.output<typeof DeploymentResourceId>;
export const SecretId = id<"Secret">();
export type SecretId = z.output<typeof SecretId>;
