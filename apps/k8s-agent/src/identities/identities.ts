import type { DeploymentId, EffectiveGrant } from "@platz/domain";
import {
  type AccountToken,
  type ClusterClient,
  connectionAs,
  type Identity,
  IdentityHost,
  isNotFound,
  noIdentity,
} from "@platz/kubernetes";

/** Where a deployment is, or is to be. */
export interface Place {
  readonly deploymentId: DeploymentId;
  /** `null` when its namespace is gone. */
  readonly namespace: string | null;
}

/** How Helm reaches a cluster, and until when. */
export interface HelmIdentity extends AccountToken {
  readonly connection: ClusterClient["connection"];
}

/**
 * The accounts that Helm acts as, one for each deployment. What a cluster has of them is listed once per connection
 * and remembered from then on: an account that is as it should be costs nothing but its token.
 */
export class Identities {
  /** Where they are. */
  readonly namespace: string;
  readonly #clusters = new WeakMap<ClusterClient, Promise<Map<string, Identity>>>();

  constructor(namespace: string) {
    this.namespace = namespace;
  }

  /** Makes sure that the deployment's account is there, with what its kind was granted and nothing more. */
  async ensure(
    cluster: ClusterClient,
    { deploymentId, namespace }: Place,
    {
      grant,
      signal,
    }: { readonly grant: Pick<EffectiveGrant, "clusterRoles">; readonly signal?: AbortSignal },
  ): Promise<void> {
    const host = this.#host(cluster);
    const known = await this.#known(cluster, deploymentId, signal);
    const makeAccount = async () => {
      await host.makeAccount(deploymentId, signal);
      known.hasAccount = true;
    };
    const bindInNamespace = async (name: string) => {
      await host.bindInNamespace(deploymentId, name, signal);
      known.namespaces.add(name);
    };
    const bind = async (role: string) => {
      await host.bindInCluster(deploymentId, role, signal);
      known.clusterRoles.add(role);
    };
    const unbind = async (role: string) => {
      await host.unbindInCluster(deploymentId, role, signal);
      known.clusterRoles.delete(role);
    };
    const isBound = namespace === null || known.namespaces.has(namespace);
    await Promise.all([
      ...(known.hasAccount ? [] : [makeAccount()]),
      ...(isBound ? [] : [bindInNamespace(namespace)]),
      ...grant.clusterRoles.filter((role) => !known.clusterRoles.has(role)).map(bind),
      ...[...known.clusterRoles].filter((role) => !grant.clusterRoles.includes(role)).map(unbind),
    ]);
  }

  /** A token of the account, and the cluster as the account sees it. */
  async access(
    cluster: ClusterClient,
    deploymentId: DeploymentId,
    { lifeMs, signal }: { readonly lifeMs: number; readonly signal?: AbortSignal },
  ): Promise<HelmIdentity> {
    const host = this.#host(cluster);
    const request = () => host.token(deploymentId, lifeMs, signal);
    const { token, expiresAt } = await request().catch(async (error) => {
      if (!isNotFound(error)) throw error;
      // Somebody has taken it away since we looked.
      await host.makeAccount(deploymentId, signal);
      return await request();
    });
    return { connection: connectionAs(cluster.connection, token), token, expiresAt };
  }

  /** Takes the account away, with all that it was bound to outside of namespaces. */
  async remove(cluster: ClusterClient, deploymentId: DeploymentId, signal?: AbortSignal): Promise<void> {
    const host = this.#host(cluster);
    const known = await this.#known(cluster, deploymentId, signal);
    const roles = [...known.clusterRoles];
    await Promise.all([
      host.removeAccount(deploymentId, signal),
      ...roles.map((role) => host.unbindInCluster(deploymentId, role, signal)),
    ]);
    (await this.#all(cluster, signal)).delete(deploymentId);
  }

  /** The namespace is another one than before, or its binding may have been changed: it is bound anew. */
  async forgetNamespace(cluster: ClusterClient, { deploymentId, namespace }: Place): Promise<void> {
    const all = await this.#clusters.get(cluster);
    if (namespace !== null) all?.get(deploymentId)?.namespaces.delete(namespace);
  }

  #host(cluster: ClusterClient): IdentityHost {
    return new IdentityHost(cluster.connection, this.namespace);
  }

  async #known(cluster: ClusterClient, deploymentId: DeploymentId, signal?: AbortSignal): Promise<Identity> {
    const all = await this.#all(cluster, signal);
    const known = all.get(deploymentId) ?? noIdentity();
    all.set(deploymentId, known);
    return known;
  }

  /** Listed by whoever asks first; a list that failed is asked for again. */
  async #all(cluster: ClusterClient, signal?: AbortSignal): Promise<Map<string, Identity>> {
    const before = this.#clusters.get(cluster);
    const listed = before ?? this.#host(cluster).list();
    if (before === undefined) {
      this.#clusters.set(cluster, listed);
      listed.catch(() => this.#clusters.delete(cluster));
    }
    const found = await listed;
    signal?.throwIfAborted();
    return found;
  }
}
