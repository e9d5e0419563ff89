import { z } from "zod";
import { type ClusterConnection, kubeconfigYaml } from "../kubeconfig.ts";
import { resourcePath } from "../resource-path.ts";
import { createTransport, type Transport } from "../transport.ts";

/** A service account. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

export interface AccountToken {
  readonly token: string;
  readonly expiresAt: Date;
}

const Answer = z.object({ status: z.object({ token: z.string(), expirationTimestamp: z.coerce.date() }) });

/** A token of an account. The API server may let it live shorter than was asked for. */
export async function requestToken(
  transport: Transport,
  { namespace, name }: Account,
  { lifeMs, signal }: { readonly lifeMs: number; readonly signal?: AbortSignal | undefined },
): Promise<AccountToken> {
  const { status } = await transport.json(Answer, {
    method: "POST",
    path: `${resourcePath({ api: "api/v1", namespace, collection: "serviceaccounts", name })}/token`,
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: Math.ceil(lifeMs / 1000) },
    },
    signal,
  });
  return { token: status.token, expiresAt: status.expirationTimestamp };
}

/** The same cluster as somebody else: by a token alone, and nothing of who was connected before. */
export function connectionAs(connection: ClusterConnection, token: string): ClusterConnection {
  return { ...connection, cert: undefined, key: undefined, token };
}

/** A kubeconfig by which a program reaches this cluster as a service account, under the same name of the context. */
export async function accountKubeconfig(
  connection: ClusterConnection,
  account: Account,
  lifeMs: number,
): Promise<string> {
  const { token } = await requestToken(createTransport(connection), account, { lifeMs });
  return kubeconfigYaml(connectionAs(connection, token), connection.context);
}
