import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Cluster, KubeConfig, type User } from "@kubernetes/client-node";
import { stringify } from "yaml";
import type { TokenSource } from "./token-source.ts";

/** A kubeconfig cannot be used. The message names the file and says what to do. */
export class KubeconfigError extends Error {
  override readonly name = "KubeconfigError";
}

/** How one cluster is reached as one user: everything in memory, nothing refers to files. */
export interface ClusterConnection {
  readonly context: string;
  readonly server: string;
  /** PEM texts. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** A bearer token; one that does not last is asked for when it is needed. */
  readonly token: string | TokenSource | undefined;
  readonly serverName: string | undefined;
  readonly skipTlsVerify: boolean;
}

/** Reads one context (the current one, unless named) of a kubeconfig file. Throws `KubeconfigError`. */
export async function loadKubeconfig(path: string, context?: string): Promise<ClusterConnection> {
  const config = new KubeConfig();
  try {
    const text = await readFile(path, "utf8");
    config.loadFromString(text);
  } catch (cause) {
    const why = cause instanceof Error && "code" in cause ? String(cause.code) : "it is no valid kubeconfig";
    throw new KubeconfigError(
      `The kubeconfig ${path} cannot be read (${why}); check the path and the file.`,
      { cause },
    );
  }
  return connectionOf(config, context, path);
}

async function connectionOf(
  config: KubeConfig,
  wanted: string | undefined,
  path: string,
): Promise<ClusterConnection> {
  const name = wanted ?? config.currentContext;
  const names = config.contexts.map((each) => each.name).join(", ") || "none";
  if (!name)
    throw new KubeconfigError(`The kubeconfig ${path} has no current context; name one of: ${names}.`);
  const context = config.contexts.find((each) => each.name === name);
  if (context === undefined) {
    throw new KubeconfigError(`The kubeconfig ${path} has no context ${name}; it has: ${names}.`);
  }
  const cluster = config.clusters.find((each) => each.name === context.cluster);
  const user = config.users.find((each) => each.name === context.user);
  if (cluster === undefined || user === undefined) {
    const missing = cluster === undefined ? `cluster ${context.cluster}` : `user ${context.user}`;
    throw new KubeconfigError(
      `Context ${name} of the kubeconfig ${path} names ${missing}, which the file does not have.`,
    );
  }
  if (user.exec !== undefined || user.authProvider !== undefined) {
    throw new KubeconfigError(
      `User ${user.name} of the kubeconfig ${path} signs in through a plugin, which is not run here; use a token or a client certificate.`,
    );
  }
  refuseUnsupported(name, path, { cluster, user });
  const folder = dirname(path);
  return {
    context: name,
    server: cluster.server.replace(/\/+$/, ""),
    ca: await authorityOf(cluster, folder),
    cert: await pem(user.certData, user.certFile, folder),
    key: await pem(user.keyData, user.keyFile, folder),
    token: user.token || undefined,
    serverName: cluster.tlsServerName || undefined,
    skipTlsVerify: cluster.skipTLSVerify,
  };
}

/** What would make requests go elsewhere, or as somebody else, than done here is never passed over in silence. */
function refuseUnsupported(
  context: string,
  path: string,
  { cluster, user }: { readonly cluster: Cluster; readonly user: User },
): void {
  const why = [
    [user.impersonateUser, "impersonates somebody, which is not supported: use a credential of its own"],
    [user.username, "signs in by password, which is not supported: use a token or a client certificate"],
    [cluster.proxyUrl, "goes through a proxy, which is not supported"],
  ].find(([value]) => value);
  if (why !== undefined) throw new KubeconfigError(`Context ${context} of the kubeconfig ${path} ${why[1]}.`);
}

/** Where nothing is verified an authority has no meaning, and Helm refuses both together. */
const authorityOf = async (cluster: Cluster, folder: string) =>
  cluster.skipTLSVerify ? undefined : await pem(cluster.caData, cluster.caFile, folder);

async function pem(
  data: string | undefined,
  file: string | undefined,
  folder: string,
): Promise<string | undefined> {
  if (data) return Buffer.from(data, "base64").toString("utf8");
  if (!file) return undefined;
  const path = resolve(folder, file);
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new KubeconfigError(`The kubeconfig refers to ${path}, which cannot be read.`, { cause });
  }
}

/**
 * A kubeconfig text that holds this one cluster and user, for a program that is to reach nothing else. Throws for a
 * connection whose token has to be asked for again and again: a program is given a token that lasts as long as it runs.
 */
export function kubeconfigYaml(connection: ClusterConnection, context = "context"): string {
  if (typeof connection.token === "function") {
    throw new TypeError("a kubeconfig holds a token that lasts: request one of an account");
  }
  const base64 = (text: string | undefined) =>
    text === undefined ? undefined : Buffer.from(text).toString("base64");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "cluster",
        cluster: {
          server: connection.server,
          "certificate-authority-data": base64(connection.ca),
          "tls-server-name": connection.serverName,
          "insecure-skip-tls-verify": connection.skipTlsVerify || undefined,
        },
      },
    ],
    users: [
      {
        name: "user",
        user: {
          "client-certificate-data": base64(connection.cert),
          "client-key-data": base64(connection.key),
          token: connection.token,
        },
      },
    ],
    contexts: [{ name: context, context: { cluster: "cluster", user: "user" } }],
    "current-context": context,
  });
}
