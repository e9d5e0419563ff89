import { findDeployment, findDeploymentFor, type PlacedDeployment } from "@platz/db/queries/deployments";
import type { Holder } from "@platz/db/queries/env-user-permissions";
import { findHelmChart } from "@platz/db/queries/helm-charts";
import { type DeploymentId, type Json, NotFound } from "@platz/domain";
import { keptBackFrom } from "../access/may-read-details.ts";
import { isEnvAdmin } from "../access/require-env-admin.ts";
import { reachOf } from "../access/token-reach.ts";
import type { ServiceContext } from "../context.ts";
import { isSealedJson } from "../sealed/sealed-json.ts";
import { openInputs } from "./sealed-inputs.ts";
import { sensitiveInputs } from "./sensitive-inputs.ts";
import { toldDeployment } from "./told-deployment.ts";

/** A deployment as its reader may see it. */
export type ShownDeployment = PlacedDeployment & {
  /** What is left out for this reader, as paths: `config.password`, `valuesOverride`. */
  readonly hidden: readonly string[];
};

/**
 * A deployment of one of the caller's envs. Inputs that the chart calls sensitive, and the override of its values, are
 * for those who may change them (W-13). A deployment sees no inputs of those that its token does not reach.
 */
export async function getDeployment(context: ServiceContext, id: DeploymentId): Promise<ShownDeployment> {
  if (context.identity.kind === "Deployment") return await getForDeployment(context, id);
  const { deployment, mayChange, form } = await findFor(context, context.identity, id);
  if (mayChange) return { ...(await openInputs(context.keyring, deployment)), hidden: [] };
  const keptBack = await keptBackFrom(context, [id]);
  return withoutSecrets(toldDeployment(deployment, keptBack), form);
}

async function getForDeployment(context: ServiceContext, id: DeploymentId): Promise<ShownDeployment> {
  const { db, scope } = context;
  const deployment = await findDeployment(db, id, scope.envs);
  if (!deployment) throw new NotFound("deployment", id);
  const told = toldDeployment(deployment, await keptBackFrom(context, [id]));
  const reach = await reachOf(context);
  if (reach?.covers(deployment, "read") === false) {
    return { ...told, config: {}, valuesOverride: {}, hidden: ["config", "valuesOverride"] };
  }
  const chart = await findHelmChart(db, deployment.helmChartId);
  return withoutSecrets(told, chart?.valuesUi ?? null);
}

async function findFor({ db, scope }: ServiceContext, identity: Holder, id: DeploymentId) {
  const found = await findDeploymentFor(db, id, { scope: scope.envs, holder: identity });
  if (!found) throw new NotFound("deployment", id);
  const { deployment, role, form } = found;
  const { envId } = deployment;
  return { deployment, mayChange: envId !== null && (role !== null || isEnvAdmin(scope, envId)), form };
}

function withoutSecrets(deployment: PlacedDeployment, form: Json | null): ShownDeployment {
  const isSensitive = sensitiveInputs(form);
  const entries = Object.entries(deployment.config);
  // Another chart may have called it sensitive when it was stored.
  const isHidden = ([key, value]: [string, Json]) => isSensitive(key) || isSealedJson(value);
  return {
    ...deployment,
    config: Object.fromEntries(entries.filter((entry) => !isHidden(entry))),
    valuesOverride: {},
    hidden: [
      ...entries.filter(isHidden).map(([key]) => `config.${key}`),
      ...(Object.keys(deployment.valuesOverride).length > 0 ? ["valuesOverride"] : []),
    ],
  };
}
