import { needSentence } from "@platz/chart-ext";
import {
  type JsonObject,
  type LeastGrant,
  type OperationKind,
  type PreviewDeployment,
  Unavailable,
  type UngrantedObject,
  ungrantedSentence,
} from "@platz/domain";
import { chartFeatures } from "../chart/chart-extensions.ts";
import { requireAgent } from "../cluster-question/require-agent.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { askRendering, type ToRender } from "./ask-rendering.ts";
import { renderEdit } from "./render-edit.ts";
import type { RenderedValues } from "./values/build-helm-values.ts";
import { hideTexts } from "./values/hide-texts.ts";

/** What Helm would be given. Secrets are hidden wherever they would stand. */
export interface ShownValues {
  readonly values: JsonObject;
  /** Helm lays these over the others. */
  readonly valuesOverride: JsonObject;
  /** The Kubernetes Secrets that would be applied, with the names of their keys. */
  readonly secrets: readonly { readonly name: string; readonly keys: readonly string[] }[];
  readonly warnings: readonly string[];
  /** What the token of the deployment may reach in its env, in sentences, as its chart declares it. */
  readonly needs: readonly string[];
}

/** What an edit would give to Helm. */
export interface DeploymentPreview extends ShownValues {
  /** The tasks that the edit would ask for, in their order; none when it changes nothing. */
  readonly operations: readonly OperationKind[];
  /** The objects that the kind has no grant for on the cluster; `null` when no agent could say, which is a warning. */
  readonly ungranted: readonly UngrantedObject[] | null;
  /** The least grant with which all objects could be applied. */
  readonly leastGrant: LeastGrant | null;
}

/**
 * What a deployment would be given, as it is saved or with an edit that is not made: checked like the edit itself, and
 * refused with the same words. Nothing is written.
 */
export async function previewDeployment(
  context: ServiceContext,
  input: PreviewDeployment,
): Promise<DeploymentPreview> {
  const { after, rendered, operations } = await inTransaction(context, (context) =>
    renderEdit(context, input),
  );
  const rights = await rightsOf(context, after.kindName, { ...after, rendered });
  const { warnings, ...shown } = shownValues(rendered);
  return { operations, ...shown, ...rights, warnings: [...warnings, ...rights.warnings] };
}

/** Values as whoever may change the deployment sees them. */
export function shownValues({
  values,
  valuesOverride,
  secrets,
  warnings,
  confidential,
  chart,
}: RenderedValues): ShownValues {
  return {
    values: hideTexts(values, confidential),
    valuesOverride: hideTexts(valuesOverride, confidential),
    secrets: secrets.map(({ name, data }) => ({ name, keys: Object.keys(data) })),
    warnings,
    needs: chartFeatures(chart).needs.map(needSentence),
  };
}

type Rights = Pick<DeploymentPreview, "ungranted" | "leastGrant" | "warnings">;

/** A preview is of use without an agent, too: then it says what it does not know. */
async function rightsOf(context: ServiceContext, kindName: string, toRender: ToRender): Promise<Rights> {
  try {
    await requireAgent(context, toRender.clusterId);
    const { ungranted, leastGrant } = await askRendering(context, toRender);
    const warnings = ungranted.length === 0 ? [] : [ungrantedSentence(kindName, ungranted)];
    return { ungranted, leastGrant, warnings };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    const warning = `Whether the kind has a grant for every object is not known: ${error.message}`;
    return { ungranted: null, leastGrant: null, warnings: [warning] };
  }
}
