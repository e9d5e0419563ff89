import { valuesUiOf } from "@platz/chart-ext";
import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import type { HelmChartOfKind } from "@platz/db/queries/helm-charts";
import {
  type ClusterId,
  DeploymentId,
  hostLabel,
  type Json,
  type JsonObject,
  NotFound,
  namespaceName,
} from "@platz/domain";
import { chartFeatures } from "../chart/chart-extensions.ts";
import { requireUsableChart } from "../chart/require-usable-chart.ts";
import type { ServiceContext } from "../context.ts";
import type { ToRender } from "./ask-rendering.ts";
import { checkInputs, requirePlainInputs } from "./check-inputs.ts";
import { renderRevision } from "./values/build-helm-values.ts";
import { placeOfCluster } from "./values/revision.ts";

/** A form that asks for nothing and gives nothing: what is left are the chart's own values, and those that Platz gives. */
const emptyForm: Json = {
  apiVersion: "platz.io/v1beta1",
  kind: "ValuesUi",
  inputs: [],
  outputs: { values: [] },
};

interface Example {
  readonly chart: HelmChartOfKind;
  readonly clusterId: ClusterId;
  /** What somebody would fill in; absent: nothing, also of what the form demands. */
  readonly config: JsonObject | undefined;
}

/** A deployment of a chart that nobody asked for, as it would be rendered on a cluster. */
export async function renderExample(
  context: ServiceContext,
  { chart: found, clusterId, config }: Example,
): Promise<ToRender> {
  const { db, ownUrl } = context;
  const { kindId } = found;
  const kind = await findDeploymentKind(db, kindId);
  if (!kind) throw new NotFound("kind", kindId);
  const { cluster, env } = await placeOfCluster(db, clusterId);
  const usable = await requireUsableChart(db, found.id, { kind, envId: env.id });
  if (config !== undefined) {
    requirePlainInputs("The grant", { config });
    const place = { envId: env.id, kindId, chart: usable, form: usable.valuesUi };
    await checkInputs(context, { ...place, inputs: config, subject: "The grant", field: "config" });
  }
  const isAsked = config !== undefined || valuesUiOf(usable.valuesUi) === undefined;
  const chart = isAsked ? usable : { ...usable, valuesUi: emptyForm };
  const { cardinality, ingress } = chartFeatures(chart);
  const name = cardinality === "OnePerCluster" ? "" : "example";
  const namespace = namespaceName(kind.name, name);
  const id = DeploymentId.parse(crypto.randomUUID());
  const label = hostLabel(ingress.hostnameFormat, { name, namespace });
  const rendered = await renderRevision(context, {
    id: null,
    chart,
    inputs: config ?? {},
    valuesOverride: {},
    sealed: new Set(),
    place: {
      deployment: { id, kindId, name, hostLabel: label, kindName: kind.name },
      namespace,
      cluster,
      env,
      revisionId: null,
      ownUrl,
    },
  });
  return { id, kindId, clusterId, namespace, rendered };
}
