import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JsonObject, leastGrant, objectNeeds, ungrantedObjects } from "@platz/domain";
import { childProcessRunner } from "@platz/helm";
import { parseAllDocuments } from "yaml";

const RELEASE = "example";
const nothingGranted = { clusterRoles: [], podSecurity: { enforce: "baseline", warn: null } } as const;

/** What Platz itself gives to every chart, as on a cluster without an ingress. */
const platzValues: JsonObject = {
  platz: Object.fromEntries(
    [
      ...["env_id", "env_name", "cluster_id", "cluster_name", "deployment_id", "deployment_name"],
      ...["deployment_kind", "revision_id"],
    ].map((key) => [key, RELEASE]),
  ),
  nodeSelector: {},
  tolerations: [],
  ingress: { enabled: false, className: null, hosts: [], tls: [] },
};

/**
 * What a chart needs that its kind has to be granted, in lines: rendered by its own defaults, with the Helm that is there.
 * None when it needs nothing.
 */
export async function grantLines(
  archive: Uint8Array<ArrayBuffer>,
  helmPath = Bun.which("helm"),
): Promise<string[]> {
  if (helmPath === null) return ["No helm in PATH, and no --helm: what needs a grant is not known."];
  const helm = childProcessRunner({ helmPath, privateRoot: join(tmpdir(), "platz-cli") });
  const { failure, answer } = await helm.run({
    command: "template",
    release: RELEASE,
    namespace: RELEASE,
    chartArchive: archive,
    values: [JSON.stringify(platzValues)],
    includeCrds: true,
    // Helm would fetch what the schemas refer to, from any address.
    skipSchemaValidation: true,
  });
  if (failure !== undefined) return [`What needs a grant is not known: by its defaults, ${failure}`];
  return linesOf(
    parseAllDocuments(answer).map((document): unknown => document.toJS({ maxAliasCount: 1000 })),
  );
}

function linesOf(documents: readonly unknown[]): string[] {
  const needs = objectNeeds(documents, { namespace: RELEASE });
  const ungranted = ungrantedObjects(needs, nothingGranted);
  if (ungranted.length === 0) return [];
  const { preset, podSecurity } = leastGrant(needs);
  return [
    ...ungranted.map(({ kind, name, why }) => `needs a grant: ${kind} ${name}, which ${why}`),
    `The grant ${preset} with the level ${podSecurity} of Pod Security is enough: a site admin gives it by kindGrants.createForChart.`,
  ];
}
