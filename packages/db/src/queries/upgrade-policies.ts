import type {
  ClusterId,
  Deployment,
  DeploymentId,
  HelmChart,
  HelmChartId,
  HelmTagFormatId,
  Identity,
  ListRequest,
  OneOf,
  Page,
  SetUpgradePolicy,
  UpgradePolicy,
  UpgradePolicyId,
} from "@platz/domain";
import { and, count, desc, eq, getColumns, gt, inArray, isNull, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments, deploymentTasks, helmCharts, k8sClusters, upgradePolicies } from "../schema/index.ts";
import { type EnvScope, inEnvScope } from "./env-scope.ts";
import { listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

const { allowedByUserId, allowedByBotId, allowedByTokenId, ...shown } = getColumns(upgradePolicies);
const ofPolicy = eq(deployments.id, upgradePolicies.deploymentId);
const ofCluster = eq(k8sClusters.id, deployments.clusterId);

const partOf = listOf("upgradePolicies", {
  sorts: { createdAt: [upgradePolicies.createdAt] },
  unique: upgradePolicies.id,
});

/** The policies of deployments in these envs. */
export async function listUpgradePolicies(
  db: Queryable,
  scope: EnvScope,
  options: {
    readonly deploymentId?: OneOf<DeploymentId> | undefined;
    readonly list: ListRequest<"upgradePolicies">;
  },
): Promise<Page<UpgradePolicy>> {
  const where = and(
    inEnvScope(k8sClusters.envId, scope),
    matching(upgradePolicies.deploymentId, options.deploymentId),
  );
  return await partOf(options.list, where, {
    rows: (part) =>
      db
        .select({ ...shown, ...part.place })
        .from(upgradePolicies)
        .innerJoin(deployments, ofPolicy)
        .innerJoin(k8sClusters, ofCluster)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () =>
      db
        .select({ n: count() })
        .from(upgradePolicies)
        .innerJoin(deployments, ofPolicy)
        .innerJoin(k8sClusters, ofCluster)
        .where(where),
  });
}

/** What a deployment follows. */
export async function findUpgradePolicy(
  db: Queryable,
  deploymentId: DeploymentId,
): Promise<UpgradePolicy | undefined> {
  const [row] = await db
    .select(shown)
    .from(upgradePolicies)
    .where(eq(upgradePolicies.deploymentId, deploymentId));
  return row;
}

/** The token by which somebody has allowed a policy; `null` when they had signed in. */
export type AllowingToken = (typeof upgradePolicies.$inferSelect)["allowedByTokenId"];

/** Makes a deployment follow this, whatever it has followed; it is judged anew from here on. */
export async function putUpgradePolicy(
  db: Queryable,
  { deploymentId, ...follows }: SetUpgradePolicy,
  by: {
    readonly identity: Identity;
    readonly tokenId: AllowingToken;
    readonly label: string;
    readonly at: Date;
  },
): Promise<UpgradePolicy> {
  const { identity } = by;
  const values = {
    ...follows,
    allowedByUserId: identity.kind === "User" ? identity.id : null,
    allowedByBotId: identity.kind === "Bot" ? identity.id : null,
    allowedByTokenId: by.tokenId,
    allowedBy: by.label,
    allowedAt: by.at,
    nextChartId: null,
    reason: null,
    lastChartId: null,
  };
  const [row] = await db
    .insert(upgradePolicies)
    .values({ ...values, deploymentId })
    .onConflictDoUpdate({ target: upgradePolicies.deploymentId, set: values })
    .returning(shown);
  if (!row) throw new Error("an upsert returned no row");
  return row;
}

export async function deleteUpgradePolicy(db: Queryable, id: UpgradePolicyId): Promise<void> {
  await db.delete(upgradePolicies).where(eq(upgradePolicies.id, id));
}

/** How many policies follow a tag format. */
export async function countPoliciesOfTagFormat(db: Queryable, id: HelmTagFormatId): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(upgradePolicies)
    .where(eq(upgradePolicies.tagFormatId, id));
  return row?.n ?? 0;
}

/** The deployments on these clusters that follow something. */
export async function listFollowingDeployments(
  db: Queryable,
  clusters: readonly ClusterId[],
): Promise<DeploymentId[]> {
  const rows = await db
    .select({ id: upgradePolicies.deploymentId })
    .from(upgradePolicies)
    .innerJoin(deployments, ofPolicy)
    .where(inArray(deployments.clusterId, [...clusters]));
  return rows.map(({ id }) => id);
}

/** A policy with all that decides about an upgrade. */
export interface FollowingDeployment {
  readonly policy: UpgradePolicy;
  /** Who has allowed it; `undefined` when they are gone. */
  readonly allowedBy: Identity | undefined;
  readonly tokenId: AllowingToken;
  readonly deployment: Pick<
    Deployment,
    "id" | "version" | "clusterId" | "enabled" | "status" | "revisionId" | "helmChartId"
  >;
  /** Whether a task of it waits or runs. */
  readonly isBusy: boolean;
}

export async function findFollowingDeployment(
  db: Queryable,
  id: DeploymentId,
): Promise<FollowingDeployment | undefined> {
  const [row] = await db
    .select({
      policy: shown,
      userId: allowedByUserId,
      botId: allowedByBotId,
      tokenId: allowedByTokenId,
      deployment: {
        id: deployments.id,
        version: deployments.version,
        clusterId: deployments.clusterId,
        enabled: deployments.enabled,
        status: deployments.status,
        revisionId: deployments.revisionId,
        helmChartId: deployments.helmChartId,
      },
      isBusy: sql<boolean>`exists (
        select 1 from ${deploymentTasks} t
        where t.deployment_id = ${deployments.id} and t.status in ('Pending', 'Started') and t.execute_at <= now())`,
    })
    .from(upgradePolicies)
    .innerJoin(deployments, ofPolicy)
    .where(eq(upgradePolicies.deploymentId, id));
  if (row === undefined) return undefined;
  const { userId, botId, ...rest } = row;
  return { ...rest, allowedBy: identityOf(userId, botId) };
}

function identityOf(
  userId: (typeof upgradePolicies.$inferSelect)["allowedByUserId"],
  botId: (typeof upgradePolicies.$inferSelect)["allowedByBotId"],
): Identity | undefined {
  if (userId !== null) return { kind: "User", id: userId };
  return botId === null ? undefined : { kind: "Bot", id: botId };
}

export type ChartToFollow = Pick<HelmChart, "id" | "imageTag" | "parsedVersion" | "createdAt">;

const CANDIDATES_MAX = 500;

/** The chart that is followed from, and those of its repository that are younger, can be used, and match; youngest first. */
export async function listChartsToFollow(
  db: Queryable,
  helmChartId: HelmChartId,
  { branch, tagFormatId, signedOnly }: Pick<UpgradePolicy, "branch" | "tagFormatId" | "signedOnly">,
): Promise<{ readonly present: ChartToFollow; readonly younger: readonly ChartToFollow[] } | undefined> {
  const columns = {
    id: helmCharts.id,
    imageTag: helmCharts.imageTag,
    parsedVersion: helmCharts.parsedVersion,
    createdAt: helmCharts.createdAt,
  };
  const [present] = await db
    .select({ ...columns, helmRegistryId: helmCharts.helmRegistryId })
    .from(helmCharts)
    .where(eq(helmCharts.id, helmChartId));
  if (present === undefined) return undefined;
  const younger = await db
    .select(columns)
    .from(helmCharts)
    .where(
      and(
        eq(helmCharts.helmRegistryId, present.helmRegistryId),
        eq(helmCharts.available, true),
        isNull(helmCharts.error),
        gt(helmCharts.createdAt, present.createdAt),
        branch === null ? undefined : eq(helmCharts.parsedBranch, branch),
        tagFormatId === null ? undefined : eq(helmCharts.tagFormatId, tagFormatId),
        signedOnly ? sql`${helmCharts.signature} ->> 'status' = 'signed'` : undefined,
      ),
    )
    .orderBy(desc(helmCharts.createdAt), desc(helmCharts.id))
    .limit(CANDIDATES_MAX);
  return { present, younger };
}

/** Notes what comes next and why it does not yet. Writes nothing when that is noted already. */
export async function noteNextChart(
  db: Queryable,
  { id }: Pick<UpgradePolicy, "id">,
  { nextChartId, reason }: Pick<UpgradePolicy, "nextChartId" | "reason">,
): Promise<void> {
  await db
    .update(upgradePolicies)
    .set({ nextChartId, reason })
    .where(
      and(
        eq(upgradePolicies.id, id),
        sql`(${upgradePolicies.nextChartId}, ${upgradePolicies.reason})
          is distinct from (${nextChartId}::uuid, ${reason}::text)`,
      ),
    );
}

/** Notes that a deployment was upgraded to a chart. */
export async function noteUpgrade(
  db: Queryable,
  { id }: Pick<UpgradePolicy, "id">,
  { chartId, at }: { readonly chartId: HelmChartId; readonly at: Date },
): Promise<void> {
  await db
    .update(upgradePolicies)
    .set({ lastChartId: chartId, lastUpgradeAt: at, nextChartId: null, reason: null })
    .where(eq(upgradePolicies.id, id));
}
