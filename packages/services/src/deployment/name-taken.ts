import type { Queryable } from "@platz/db";
import { findDeploymentInTheWay } from "@platz/db/queries/deployments";
import { Conflict, type Deployment } from "@platz/domain";
import { deploymentLabel } from "./deployment-label.ts";

/** The error for a name or namespace that another deployment of the cluster has, naming that one. */
export async function nameTaken(
  db: Queryable,
  wanted: Pick<Deployment, "clusterId" | "kindId" | "name" | "namespace">,
): Promise<Conflict> {
  const other = await findDeploymentInTheWay(db, wanted);
  if (!other) return new Conflict("Another deployment of the cluster has that name: choose another name.");
  const advice =
    wanted.name === "" ? "this chart can be deployed once per cluster" : "choose another name or cluster";
  return new Conflict(
    `${deploymentLabel(other)} is on the cluster ${other.clusterName} already, in the namespace ${wanted.namespace}: ${advice}.`,
  );
}
