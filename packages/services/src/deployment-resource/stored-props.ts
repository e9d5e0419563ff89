import { setDeploymentConfidential } from "@platz/db/queries/confidential-deployments";
import { findHelmChart } from "@platz/db/queries/helm-charts";
import { type DeploymentResourceId, Invalid, type JsonObject, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { checkInputs, requirePlainInputs } from "../deployment/check-inputs.ts";
import { type StoredDocument, sealedKeys, sealSensitive } from "../sealed/seal-sensitive.ts";
import type { ResourcePlace } from "./require-resource-role.ts";
import { propsPlace } from "./type-spec.ts";

interface Props {
  readonly id: DeploymentResourceId;
  /** As they are to be, with nothing sealed. */
  readonly props: JsonObject;
  /** As they are stored now, and what that says. */
  readonly before?: StoredDocument | undefined;
}

/**
 * The properties of a resource as the database may hold them. What people fill in has to fit the form of the type; a
 * deployment that mirrors its own things knows best. What the form calls sensitive is sealed, and what was sealed.
 */
export async function storedProps(
  context: ServiceContext,
  { deployment, spec }: ResourcePlace,
  { id, props, before }: Props,
): Promise<JsonObject> {
  const { db, keyring, identity } = context;
  requirePlainInputs("The resource", { props });
  if (identity.kind !== "Deployment") {
    if (deployment.envId === null) throw new Invalid("The deployment belongs to no env.");
    const { envId } = deployment;
    const chart = await findHelmChart(db, deployment.helmChartId);
    if (!chart) throw new NotFound("chart", deployment.helmChartId);
    await checkInputs(context, {
      envId,
      kindId: deployment.kindId,
      form: spec.values_ui,
      chart,
      inputs: props,
      subject: "The resource",
      field: "props",
    });
  }
  const sensitive = new Set(
    spec.values_ui.inputs.filter((input) => input.sensitive).map((input) => input.id),
  );
  const stored = await sealSensitive(keyring, {
    document: props,
    isSensitive: (key) => sensitive.has(key),
    place: propsPlace(id),
    before: before ? [before] : [],
  });
  if (sealedKeys(stored).size > 0) await setDeploymentConfidential(db, deployment.id);
  return stored;
}
