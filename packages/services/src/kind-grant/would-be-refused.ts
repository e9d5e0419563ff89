import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import { listDeployments } from "@platz/db/queries/deployments";
import {
  type ClusterId,
  type DeploymentId,
  DomainError,
  effectiveGrant,
  type KindId,
  NotFound,
  type UngrantedObject,
} from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { askCluster } from "../cluster-question/ask.ts";
import { requireAgent } from "../cluster-question/require-agent.ts";
import type { ServiceContext } from "../context.ts";

/** Deployments that are looked at, and those at once. */
const DEPLOYMENTS_MAX = 100;
const AT_ONCE = 4;
const EXAMPLES_MAX = 20;

interface Looked {
  readonly deploymentId: DeploymentId;
  readonly name: string;
  readonly clusterId: ClusterId;
}

/** What of the running releases of a kind needs a grant. */
export interface WouldBeRefused {
  /** Installed deployments of the kind, and how many of them were looked at. */
  readonly deployments: number;
  readonly looked: number;
  /** How many of these have objects that would be refused without any grant, and how many objects that are. */
  readonly refused: number;
  readonly objects: number;
  readonly examples: readonly (Looked & { readonly objects: readonly UngrantedObject[] })[];
  /** Those that could not be looked at, and why. */
  readonly unknown: readonly (Looked & { readonly reason: string })[];
}

/**
 * What would be refused of the running releases of a kind if it had no grant at all: read from their manifests and hooks, on
 * their clusters, by the agents. So a site admin sees what a kind from before there were grants really needs.
 */
export async function wouldBeRefused(context: ServiceContext, kindId: KindId): Promise<WouldBeRefused> {
  requireSiteAdmin(context, "see what a kind needs grants for");
  if (!(await findDeploymentKind(context.db, kindId))) throw new NotFound("kind", kindId);
  const page = { page: 1, perPage: DEPLOYMENTS_MAX };
  const found = await listDeployments(context.db, "all", { filter: { kindId }, list: { page } });
  const installed = found.items.filter(({ revisionId }) => revisionId !== null);
  const answers: Awaited<ReturnType<typeof look>>[] = [];
  for (let first = 0; first < installed.length; first += AT_ONCE) {
    const some = installed.slice(first, first + AT_ONCE);
    answers.push(...(await Promise.all(some.map((deployment) => look(context, deployment)))));
  }
  const known = answers.flatMap((answer) => ("objects" in answer ? [answer] : []));
  const refused = known.filter(({ objects }) => objects.length > 0);
  return {
    deployments: installed.length + Math.max(0, found.numTotal - found.items.length),
    looked: known.length,
    refused: refused.length,
    objects: refused.reduce((sum, { objects }) => sum + objects.length, 0),
    examples: refused.slice(0, EXAMPLES_MAX),
    unknown: answers.flatMap((answer) => ("reason" in answer ? [answer] : [])),
  };
}

interface Installed {
  readonly id: DeploymentId;
  readonly name: string;
  readonly clusterId: ClusterId;
  readonly namespace: string;
}

async function look(context: ServiceContext, { id: deploymentId, name, clusterId, namespace }: Installed) {
  const looked: Looked = { deploymentId, name, clusterId };
  const grant = effectiveGrant([], clusterId);
  try {
    await requireAgent(context, clusterId);
    const question = { kind: "ReleaseRights", deploymentId, namespace, grant } as const;
    const { ungranted } = await askCluster(context, { clusterId, question });
    return { ...looked, objects: ungranted };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { ...looked, reason: error.message };
  }
}
