import { findDeploymentInTheWay, findDeploymentOfHost } from "@platz/db/queries/deployment-hosts";
import { Conflict, type Deployment, ingressHost } from "@platz/domain";
import { seesEnv } from "../access/access-scope.ts";
import type { ServiceContext } from "../context.ts";
import { deploymentLabel } from "./deployment-label.ts";

/** Where a deployment is to be, and by which names it is to be found there. */
export interface WantedPlace
  extends Pick<Deployment, "id" | "clusterId" | "kindId" | "name" | "namespace" | "hostLabel"> {
  readonly ingressDomain: string | null;
}

/** The error for a name, namespace or host that another deployment of the cluster has, naming that one to who sees it. */
export async function nameTaken(context: ServiceContext, wanted: WantedPlace): Promise<Conflict> {
  const { db, scope } = context;
  const other = await findDeploymentInTheWay(db, wanted);
  if (other && seesEnv(scope, other.envId)) {
    const advice =
      wanted.name === "" ? "this chart can be deployed once per cluster" : "choose another name or cluster";
    return new Conflict(
      `${deploymentLabel(other)} is on the cluster ${other.clusterName} already, in the namespace ${wanted.namespace}: ${advice}.`,
    );
  }
  const holder = other ? undefined : await findDeploymentOfHost(db, { ...wanted, except: wanted.id });
  if (!holder)
    return new Conflict("Another deployment of the cluster has that name: choose another name or cluster.");
  const whose = seesEnv(scope, holder.envId) ? deploymentLabel(holder) : "Another deployment";
  return new Conflict(`${whose} has the host ${hostText(wanted)} already: choose another name or cluster.`);
}

/** The host in a sentence; the label alone on a cluster without an ingress domain. */
export function hostText({
  hostLabel,
  ingressDomain,
}: Pick<WantedPlace, "hostLabel" | "ingressDomain">): string {
  return ingressDomain === null ? hostLabel : ingressHost(hostLabel, ingressDomain);
}
