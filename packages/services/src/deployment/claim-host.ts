import { findDeploymentOfHost, listDeploymentsOfHosts } from "@platz/db/queries/deployment-hosts";
import { findK8sCluster } from "@platz/db/queries/k8s-clusters";
import {
  Conflict,
  type Deployment,
  type HostnameFormat,
  hostLabel,
  Invalid,
  ingressHost,
  isReservedHost,
  type K8sCluster,
} from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { deploymentLabel } from "./deployment-label.ts";
import type { Edit } from "./edit-of.ts";
import { hostText, nameTaken, type WantedPlace } from "./name-taken.ts";

/** Refuses a host that another deployment of the cluster has, or that is kept for others than deployments. */
export async function requireHostFree(context: ServiceContext, wanted: WantedPlace): Promise<void> {
  if (isReservedHost(wanted.hostLabel, wanted.ingressDomain, reservedHosts(context))) {
    const message = `the host ${hostText(wanted)} is reserved: choose another name`;
    throw Invalid.fields("The deployment", [{ path: ["name"], message }]);
  }
  if (await findDeploymentOfHost(context.db, { ...wanted, except: wanted.id })) {
    throw await nameTaken(context, wanted);
  }
}

type HeldHost = Pick<Deployment, "hostLabel" | "hostShared">;

/**
 * The host that a deployment holds after an edit. Refuses one that is not free; one that it shares from before stays, and
 * is its own as soon as nobody else has it.
 */
export async function hostAfter(
  context: ServiceContext,
  { before, after, isMoved }: Edit,
  format: HostnameFormat,
): Promise<HeldHost> {
  const label = hostLabel(format, after);
  const wanted = { ...after, hostLabel: label };
  if (label === before.hostLabel && !isMoved) {
    const hostShared =
      before.hostShared &&
      (await findDeploymentOfHost(context.db, { ...wanted, except: after.id })) !== undefined;
    return { hostLabel: label, hostShared };
  }
  const cluster = await findK8sCluster(context.db, after.clusterId, "all");
  await requireHostFree(context, { ...wanted, ingressDomain: cluster?.ingressDomain ?? null });
  return { hostLabel: label, hostShared: false };
}

/** Refuses an ingress domain under which a deployment of the cluster would get a host that is reserved. */
export async function requireDomainWithoutReserved(
  context: ServiceContext,
  { id, name, ingressDomain }: Pick<K8sCluster, "id" | "name" | "ingressDomain">,
): Promise<void> {
  if (ingressDomain === null) return;
  const labels = reservedHosts(context).flatMap((host) =>
    host.endsWith(`.${ingressDomain}`) ? [host.slice(0, -ingressDomain.length - 1)] : [],
  );
  const [other] = await listDeploymentsOfHosts(context.db, id, labels);
  if (other === undefined) return;
  throw new Conflict(
    `Under the ingress domain ${ingressDomain}, ${deploymentLabel(other)} on the cluster ${name} would get the host ${ingressHost(other.hostLabel, ingressDomain)}, which is reserved: rename it first, or choose another domain.`,
  );
}

/** Where Platz itself is reached is never a deployment's. */
function reservedHosts({ ownUrl, reservedHosts = [] }: ServiceContext): string[] {
  return [new URL(ownUrl).hostname, ...reservedHosts].map((host) => host.toLowerCase());
}
