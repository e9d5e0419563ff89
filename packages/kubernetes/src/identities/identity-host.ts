import { z } from "zod";
import type { ClusterConnection } from "../kubeconfig.ts";
import { isConflict, isNotFound } from "../kubernetes-error.ts";
import { resourcePath } from "../resource-path.ts";
import { NAMESPACE_ROLE } from "../rights/cluster-roles.ts";
import { createTransport, type Transport } from "../transport.ts";
import { metadataOf } from "../watch-stream.ts";
import { type AccountToken, requestToken } from "./account-token.ts";

type Signal = AbortSignal | undefined;

/** The label by which an account and its bindings say whose they are. */
const DEPLOYMENT_LABEL = "platz-deployment";
const MANAGED_BY = { "app.kubernetes.io/managed-by": "platz" };
const FIELD_MANAGER = "platz";
const PAGE_MAX = 500;
const RBAC = "apis/rbac.authorization.k8s.io/v1";

/** Names are made of the deployment's id alone: whoever looks after the deployment next finds the same ones. */
export const accountName = (deploymentId: string): string => `deployment-${deploymentId}`;
const clusterBindingName = (deploymentId: string, role: string) => `platz-${deploymentId}-${role}`;

/** The account of a deployment, and what it is bound to. */
export interface Identity {
  hasAccount: boolean;
  /** Namespaces in which it has everything. */
  readonly namespaces: Set<string>;
  /** ClusterRoles that it has in the whole cluster. */
  readonly clusterRoles: Set<string>;
}

/** One that is bound to nothing, and not even there. */
export const noIdentity = (): Identity => ({
  hasAccount: false,
  namespaces: new Set(),
  clusterRoles: new Set(),
});

const Page = z.object({
  metadata: z.object({ continue: z.string().optional() }).default({}),
  // The server writes an empty list as null.
  items: z
    .array(
      z.object({
        metadata: z.object({
          name: z.string(),
          namespace: z.string().default(""),
          labels: z.record(z.string(), z.string()).default({}),
        }),
      }),
    )
    .nullable(),
});
/**
 * The accounts of deployments on one cluster: service accounts in a namespace in which no pod runs, so that none can use
 * them. Every change is safe to be made twice.
 */
export class IdentityHost {
  readonly #transport: Transport;
  readonly #namespace: string;

  constructor(connection: ClusterConnection, namespace: string) {
    this.#transport = createTransport(connection);
    this.#namespace = namespace;
  }

  /** All that there are, by the id of their deployment. */
  async list(signal?: Signal): Promise<Map<string, Identity>> {
    const [accounts, bindings, clusterBindings] = await Promise.all([
      this.#listOwned(this.#accounts(), signal),
      this.#listOwned(`/${RBAC}/rolebindings`, signal),
      this.#listOwned(`/${RBAC}/clusterrolebindings`, signal),
    ]);
    const found = new Map<string, Identity>();
    const of = (id: string) => {
      const known = found.get(id) ?? noIdentity();
      found.set(id, known);
      return known;
    };
    for (const { id } of accounts) of(id).hasAccount = true;
    for (const { id, namespace } of bindings) of(id).namespaces.add(namespace);
    for (const { id, name } of clusterBindings)
      of(id).clusterRoles.add(name.slice(clusterBindingName(id, "").length));
    return found;
  }

  async makeAccount(deploymentId: string, signal?: Signal): Promise<void> {
    const name = accountName(deploymentId);
    await this.#apply(this.#accounts(name), signal, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name, namespace: this.#namespace, labels: labelsOf(deploymentId) },
      // No pod is to run as it, and none is given its token.
      automountServiceAccountToken: false,
    });
  }

  /** Gives the account everything in this namespace. */
  async bindInNamespace(deploymentId: string, namespace: string, signal?: Signal): Promise<void> {
    const place = { api: RBAC, namespace, collection: "rolebindings", name: NAMESPACE_ROLE } as const;
    await this.#apply(resourcePath(place), signal, {
      ...this.#binding("RoleBinding", deploymentId, NAMESPACE_ROLE),
      metadata: { name: NAMESPACE_ROLE, namespace, labels: labelsOf(deploymentId) },
    });
  }

  /** Gives the account a ClusterRole in the whole cluster. */
  async bindInCluster(deploymentId: string, role: string, signal?: Signal): Promise<void> {
    const name = clusterBindingName(deploymentId, role);
    await this.#apply(clusterBindingPath(name), signal, {
      ...this.#binding("ClusterRoleBinding", deploymentId, role),
      metadata: { name, labels: labelsOf(deploymentId) },
    });
  }

  async unbindInCluster(deploymentId: string, role: string, signal?: Signal): Promise<void> {
    await this.#delete(clusterBindingPath(clusterBindingName(deploymentId, role)), signal);
  }

  async removeAccount(deploymentId: string, signal?: Signal): Promise<void> {
    await this.#delete(this.#accounts(accountName(deploymentId)), signal);
  }

  /** A token of the account. The API server may let it live shorter than was asked for. */
  async token(deploymentId: string, lifeMs: number, signal?: Signal): Promise<AccountToken> {
    const account = { namespace: this.#namespace, name: accountName(deploymentId) };
    return await requestToken(this.#transport, account, { lifeMs, signal });
  }

  #accounts(name?: string): string {
    const object = name === undefined ? {} : { name };
    return resourcePath({
      api: "api/v1",
      namespace: this.#namespace,
      collection: "serviceaccounts",
      ...object,
    });
  }

  #binding(kind: string, deploymentId: string, role: string): object {
    return {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
      subjects: [{ kind: "ServiceAccount", name: accountName(deploymentId), namespace: this.#namespace }],
    };
  }

  async #apply(path: string, signal: Signal, body: object): Promise<void> {
    await this.#transport.send({
      method: "PATCH",
      path: `${path}?fieldManager=${FIELD_MANAGER}&force=true`,
      contentType: "application/apply-patch+yaml",
      body,
      signal,
    });
  }

  async #delete(path: string, signal: Signal): Promise<void> {
    try {
      await this.#transport.send({ method: "DELETE", path, signal });
    } catch (error) {
      // 409: it is being deleted already.
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  async #listOwned(path: string, signal: Signal) {
    const all: { readonly id: string; readonly name: string; readonly namespace: string }[] = [];
    let next: string | undefined;
    do {
      const query = new URLSearchParams({
        limit: String(PAGE_MAX),
        labelSelector: DEPLOYMENT_LABEL,
        ...(next === undefined ? {} : { continue: next }),
      });
      const page = await this.#transport.json(Page, {
        path: `${path}?${query}`,
        accept: metadataOf("PartialObjectMetadataList"),
        signal,
      });
      for (const { metadata } of page.items ?? []) {
        const id = metadata.labels[DEPLOYMENT_LABEL] ?? "";
        all.push({ id, name: metadata.name, namespace: metadata.namespace });
      }
      next = page.metadata.continue || undefined;
    } while (next !== undefined);
    return all;
  }
}

const labelsOf = (deploymentId: string) => ({ ...MANAGED_BY, [DEPLOYMENT_LABEL]: deploymentId });

/** Names of ClusterRoles, hence of these bindings, may have what no other name has. */
function clusterBindingPath(name: string): string {
  return `/${RBAC}/clusterrolebindings/${encodeURIComponent(name)}`;
}
