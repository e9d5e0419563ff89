import { z } from "zod";
import type { ClusterConnection } from "../kubeconfig.ts";
import { isNotFound } from "../kubernetes-error.ts";
import { createTransport, type Transport } from "../transport.ts";
import { clusterRights, identityRights } from "./agent-rights.ts";
import { accountRoles } from "./cluster-roles.ts";
import type { Right } from "./right.ts";

const Review = z.object({ status: z.object({ allowed: z.boolean().default(false) }) });

interface Access {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name?: string | undefined;
  readonly namespace?: string;
}

/**
 * What whoever is connected may not do of what the agent has to, and which ClusterRoles are not there, in words: none
 * when the cluster has all that the manifest says.
 */
export async function missingRights(
  connection: ClusterConnection,
  identitiesNamespace: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const transport = createTransport(connection);
  const wanted = [...accessOf(clusterRights), ...accessOf(identityRights, identitiesNamespace)];
  const refused = await Promise.all(
    wanted.map(async (access) => ((await mayDo(transport, access, signal)) ? [] : [wordsOf(access)])),
  );
  const absent = await Promise.all(
    accountRoles.map(async ({ name }) =>
      (await isThere(transport, name, signal)) ? [] : [`the ClusterRole ${name} itself`],
    ),
  );
  return [...refused, ...absent].flat();
}

function accessOf(rights: readonly Right[], namespace?: string): Access[] {
  const place = namespace === undefined ? {} : { namespace };
  return rights.flatMap(({ group, resources, names, verbs }) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) =>
        (names ?? [undefined]).map((name) => ({ group, resource, verb, name, ...place })),
      ),
    ),
  );
}

async function mayDo(
  transport: Transport,
  access: Access,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { resource: path, ...rest } = access;
  const [resource, subresource] = path.split("/");
  const { status } = await transport.json(Review, {
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { ...rest, resource, subresource } },
    },
    signal,
  });
  return status.allowed;
}

async function isThere(
  transport: Transport,
  role: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${role}`;
    await transport.send({ path, signal });
    return true;
  } catch (error) {
    // Whoever may not look has been told so already.
    return !isNotFound(error);
  }
}

function wordsOf({ group, resource, verb, name, namespace }: Access): string {
  const kind = group === "" ? resource : `${resource}.${group}`;
  const object = name === undefined ? kind : `${kind} ${name}`;
  return `${verb} ${object}${namespace === undefined ? "" : ` in ${namespace}`}`;
}
