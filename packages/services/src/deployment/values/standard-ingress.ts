import type { Features } from "@platz/chart-ext";
import { ingressHost, type JsonObject, PreconditionFailed } from "@platz/domain";
import type { ValuesPlace } from "./platz-info.ts";

/** The `ingress` object that every chart gets, and a warning where the chart wanted one that the cluster cannot have. */
export interface StandardIngress {
  readonly ingress: JsonObject;
  readonly warnings: readonly string[];
}

/** What a chart without an ingress gets. */
export const noIngress: JsonObject = { enabled: false, className: null, hosts: [], tls: [] };

/**
 * The standard ingress (workers spec 3.8): on when the chart asks for it and the cluster has a TLS secret. Throws
 * `PreconditionFailed` when the cluster has no ingress domain to make a host of.
 */
export function standardIngress(
  { ingress: wanted }: Pick<Features, "ingress">,
  { cluster, deployment }: ValuesPlace,
): StandardIngress {
  if (!wanted.enabled) return { ingress: noIngress, warnings: [] };
  const { ingressTlsSecretName: secretName, ingressDomain, ingressClass: className } = cluster;
  if (secretName === null) {
    const warning = `The chart has an ingress, but the cluster ${cluster.name} has no TLS secret for it: it is left out.`;
    return { ingress: noIngress, warnings: [warning] };
  }
  if (ingressDomain === null) {
    throw new PreconditionFailed(
      `The cluster ${cluster.name} has no ingress domain: a site admin has to set one for charts with an ingress.`,
    );
  }
  const host = ingressHost(deployment.hostLabel, ingressDomain);
  return {
    ingress: {
      enabled: true,
      className,
      hosts: [{ host, paths: [{ path: "/", pathType: "Prefix" }] }],
      tls: [{ secretName, hosts: [host] }],
    },
    warnings: [],
  };
}
