import { findDeployment } from "@platz/db/queries/deployments";
import { type JsonObject, NotFound, type OperationKind, type PreviewDeployment } from "@platz/domain";
import { requireDeploymentMaintainer } from "../access/require-deployment-role.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { checkEdit } from "./check-edit.ts";
import { requirePlainInputs } from "./check-inputs.ts";
import { editOf } from "./edit-of.ts";
import { planUpdate } from "./plan-update.ts";
import { requireNotDeleting } from "./require-in-use.ts";
import { openInputs } from "./sealed-inputs.ts";
import { renderRevision } from "./values/build-helm-values.ts";
import { hideTexts } from "./values/hide-texts.ts";
import { placeOfCluster } from "./values/revision.ts";

/** What an edit would give to Helm. Secrets are hidden wherever they would stand. */
export interface DeploymentPreview {
  /** The tasks that the edit would ask for, in their order; none when it changes nothing. */
  readonly operations: readonly OperationKind[];
  readonly values: JsonObject;
  /** Helm lays these over the others. */
  readonly valuesOverride: JsonObject;
  /** The Kubernetes Secrets that would be applied, with the names of their keys. */
  readonly secrets: readonly { readonly name: string; readonly keys: readonly string[] }[];
  readonly warnings: readonly string[];
}

/**
 * What a deployment would be given, as it is saved or with an edit that is not made: checked like the edit itself, and
 * refused with the same words. Nothing is written.
 */
export async function previewDeployment(
  context: ServiceContext,
  input: PreviewDeployment,
): Promise<DeploymentPreview> {
  return await inTransaction(context, async (context) => {
    const { db, scope, keyring } = context;
    const stored = await findDeployment(db, input.id, scope.envs);
    if (!stored) throw new NotFound("deployment", input.id);
    await requireDeploymentMaintainer(context, stored, "see what it would be given");
    requireNotDeleting(stored);
    requirePlainInputs("The deployment", { config: input.config, valuesOverride: input.valuesOverride });
    const before = await openInputs(keyring, stored);
    const edit = editOf(before, { ...input, version: stored.version });
    const { chart, reinstallDependencies } = await checkEdit(context, edit);
    const { after } = edit;
    const place = await placeOfCluster(db, after.clusterId);
    const rendered = await renderRevision(context, {
      id: stored.revisionId,
      chart,
      inputs: after.config,
      valuesOverride: after.valuesOverride,
      place: {
        deployment: after,
        namespace: after.namespace,
        ...place,
        revisionId: stored.revisionId,
        ownUrl: context.ownUrl,
      },
    });
    const hide = (values: JsonObject) => hideTexts(values, rendered.confidential);
    return {
      operations: planUpdate(before, after, reinstallDependencies).tasks.map(
        ({ operation }) => operation.kind,
      ),
      values: hide(rendered.values),
      valuesOverride: hide(rendered.valuesOverride),
      secrets: rendered.secrets.map(({ name, data }) => ({ name, keys: Object.keys(data) })),
      warnings: rendered.warnings,
    };
  });
}
