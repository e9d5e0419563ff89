import { findDeploymentInTheWay } from "@platz/db/queries/deployment-hosts";
import { type ClusterAnswer, type NewDeployment, ungrantedSentence } from "@platz/domain";
import { inTransaction, type ServiceContext } from "../context.ts";
import { sealedKeys } from "../sealed/seal-sensitive.ts";
import { askRendering } from "./ask-rendering.ts";
import { checkNew } from "./check-new.ts";
import { nameTaken } from "./name-taken.ts";
import { type ShownValues, shownValues } from "./preview.ts";
import { sealInputs } from "./sealed-inputs.ts";
import { sensitiveInputsOf } from "./sensitive-inputs.ts";
import { renderRevision } from "./values/build-helm-values.ts";
import { placeOfCluster } from "./values/revision.ts";

/** What a deployment that is not there yet would be given, and what its Install would make of it. */
export type NewDeploymentPreview = ShownValues & { readonly namespace: string } & ClusterAnswer<"Render">;

/**
 * What creating a deployment would make, for whoever may create it: checked like the creation itself, refused with the same
 * words, rendered by the agent that holds the cluster. Nothing is written. Throws `Unavailable` when no agent answers.
 */
export async function previewNewDeployment(
  context: ServiceContext,
  input: NewDeployment,
): Promise<NewDeploymentPreview> {
  const { kindName, place, rendered } = await inTransaction(context, async (context) => {
    const { db, keyring, ownUrl } = context;
    const { chart, kindName, place } = await checkNew(context, input, "see what creating one would make");
    if (await findDeploymentInTheWay(db, place)) throw await nameTaken(context, place);
    const { id, namespace } = place;
    const isSensitive = sensitiveInputsOf(chart);
    const toStore = await sealInputs(keyring, { id, inputs: input, isSensitive, before: [] });
    const rendered = await renderRevision(context, {
      id: null,
      chart,
      inputs: input.config,
      valuesOverride: input.valuesOverride,
      sealed: sealedKeys(toStore.config),
      place: {
        deployment: { ...place, kindName },
        namespace,
        ...(await placeOfCluster(db, place.clusterId)),
        revisionId: null,
        ownUrl,
      },
    });
    return { kindName, place, rendered };
  });
  const answer = await askRendering(context, { ...place, rendered });
  const { warnings, ...shown } = shownValues(rendered);
  const lacking = answer.ungranted.length === 0 ? [] : [ungrantedSentence(kindName, answer.ungranted)];
  return { ...shown, ...answer, namespace: place.namespace, warnings: [...warnings, ...lacking] };
}
