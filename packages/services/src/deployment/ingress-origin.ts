import { type Deployment, ingressHost, type K8sCluster, PreconditionFailed } from "@platz/domain";

/**
 * Where a deployed application answers: the host that the deployment holds (workers spec 7). Throws `PreconditionFailed`
 * when the cluster has no ingress domain to make a host of.
 */
export function ingressOrigin(
  { hostLabel }: Pick<Deployment, "hostLabel">,
  cluster: Pick<K8sCluster, "name" | "ingressDomain">,
): string {
  if (cluster.ingressDomain === null) {
    throw new PreconditionFailed(
      `The cluster ${cluster.name} has no ingress domain, so the application cannot be reached: ask a site admin to set one.`,
    );
  }
  return `https://${ingressHost(hostLabel, cluster.ingressDomain)}`;
}

/** An address below an origin, whatever slashes a chart's author wrote before the path. */
export function addressBelow(origin: string, path: string): string {
  return `${origin}/${path.replace(/^\/+/, "")}`;
}
