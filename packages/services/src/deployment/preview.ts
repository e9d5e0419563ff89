import type { JsonObject, OperationKind, PreviewDeployment } from "@platz/domain";
import { inTransaction, type ServiceContext } from "../context.ts";
import { renderEdit } from "./render-edit.ts";
import { hideTexts } from "./values/hide-texts.ts";

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
  /** What the token of the deployment may reach in its env, in sentences, as its chart declares it. */
  readonly needs: readonly string[];
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
    const { rendered, operations, needs } = await renderEdit(context, input);
    const hide = (values: JsonObject) => hideTexts(values, rendered.confidential);
    return {
      operations,
      values: hide(rendered.values),
      valuesOverride: hide(rendered.valuesOverride),
      secrets: rendered.secrets.map(({ name, data }) => ({ name, keys: Object.keys(data) })),
      warnings: rendered.warnings,
      needs,
    };
  });
}
