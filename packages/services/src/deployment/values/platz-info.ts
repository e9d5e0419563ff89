import type { Deployment, Env, JsonObject, K8sCluster } from "@platz/domain";

/** What the info object of a deployment's values is made of. */
export interface ValuesPlace {
  readonly deployment: Pick<Deployment, "id" | "name" | "hostLabel" | "kindId"> & {
    readonly kindName: string;
  };
  readonly namespace: string;
  readonly cluster: K8sCluster;
  readonly env: Env;
  /** The task whose inputs are rendered. */
  readonly revisionId: string | null;
  readonly ownUrl: string;
}

/** The `platz` object that every chart gets (workers spec 3.8, step 1). */
export function platzInfo({ deployment, cluster, env, revisionId, ownUrl }: ValuesPlace): JsonObject {
  return {
    env_id: env.id,
    env_name: env.name,
    cluster_id: cluster.id,
    cluster_name: cluster.name,
    cluster: clusterRow(cluster),
    deployment_id: deployment.id,
    deployment_name: deployment.name,
    deployment_kind: deployment.kindName,
    revision_id: revisionId,
    own_url: new URL(ownUrl).href,
  };
}

function clusterRow(cluster: K8sCluster): JsonObject {
  return {
    id: cluster.id,
    env_id: cluster.envId,
    provider_id: cluster.providerId,
    created_at: cluster.createdAt.toISOString(),
    last_seen_at: cluster.lastSeenAt.toISOString(),
    name: cluster.name,
    region_name: cluster.regionName,
    is_ok: cluster.isOk,
    not_ok_reason: cluster.notOkReason,
    ignore: cluster.ignore,
    ingress_domain: cluster.ingressDomain,
    ingress_class: cluster.ingressClass,
    ingress_tls_secret_name: cluster.ingressTlsSecretName,
    grafana_url: cluster.grafanaUrl,
    grafana_datasource_name: cluster.grafanaDatasourceName,
  };
}
