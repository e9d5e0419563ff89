import { NamespaceName } from "@platz/helm";
import { grantAllObjects, manifestYaml, rightsObjects, standardPlaces } from "@platz/kubernetes";
import { z } from "zod";

const { identitiesNamespace, agent } = standardPlaces;

const RightsSettings = z.object({
  PLATZ_IDENTITIES_NAMESPACE: NamespaceName.prefault(identitiesNamespace).describe(
    "Namespace of the accounts that Helm acts as, as the agent is told it.",
  ),
  PLATZ_AGENT_NAMESPACE: NamespaceName.prefault(agent.namespace).describe(
    "Namespace of the agent's account.",
  ),
  PLATZ_AGENT_ACCOUNT: NamespaceName.prefault(agent.name).describe("Name of the agent's service account."),
  PLATZ_GRANT_ALL: z
    .stringbool("must be true or false")
    .prefault("false")
    .describe("Print what lets kinds be granted everything in the cluster, and nothing else."),
});

export const rightsDescription = {
  name: "platz-k8s-agent rights",
  summary: "Prints what a cluster needs before the agent works on it: kubectl apply --server-side -f -",
  settings: RightsSettings,
};

/** Writes the manifest of rights to standard output. */
export async function printRights(settings: z.output<typeof RightsSettings>): Promise<void> {
  const places = {
    identitiesNamespace: settings.PLATZ_IDENTITIES_NAMESPACE,
    agent: { namespace: settings.PLATZ_AGENT_NAMESPACE, name: settings.PLATZ_AGENT_ACCOUNT },
  };
  const objects = settings.PLATZ_GRANT_ALL ? grantAllObjects(places) : rightsObjects(places);
  await Bun.write(Bun.stdout, manifestYaml(objects));
}
