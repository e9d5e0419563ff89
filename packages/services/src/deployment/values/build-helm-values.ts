import { insertPlain, sensitiveKeysOf } from "@platz/chart-ext";
import { findHelmRegistry } from "@platz/db/queries/helm-registries";
import {
  type DeploymentTask,
  type DeploymentTaskId,
  type HelmChart,
  type HelmRegistry,
  type Json,
  type JsonObject,
  NotFound,
  sameJson,
} from "@platz/domain";
import { chartFeatures } from "../../chart/chart-extensions.ts";
import { requireSigned } from "../../chart/require-signed.ts";
import type { ServiceDependencies } from "../../context.ts";
import { textsIn } from "../../sealed/seal-sensitive.ts";
import { platzInfo } from "./platz-info.ts";
import { renderForm } from "./render-form.ts";
import { findRevision, type Revision } from "./revision.ts";
import { noIngress, standardIngress } from "./standard-ingress.ts";

/** What a Helm run is given, but for the revision that it makes. */
export interface RenderedValues {
  readonly values: JsonObject;
  /** A second values document, which Helm lays over the first. */
  readonly valuesOverride: JsonObject;
  /** Secrets to be applied in the deployment's namespace before Helm runs. */
  readonly secrets: readonly { readonly name: string; readonly data: Readonly<Record<string, string>> }[];
  readonly chart: HelmChart;
  readonly registry: HelmRegistry;
  /** Texts that must appear in no log. */
  readonly confidential: readonly string[];
  /** What a person should be told although it stops nothing. */
  readonly warnings: readonly string[];
}

/** What a Helm run is given. */
export interface HelmValues extends RenderedValues {
  /** The Install or Upgrade whose inputs these are: of a Reinstall, the live one. */
  readonly revisionId: DeploymentTaskId;
}

type Source = Pick<ServiceDependencies, "db" | "keyring" | "ownUrl" | "computer">;

/**
 * Everything that an Install, Upgrade or Reinstall gives to Helm (workers spec 3.8 and 3.9), read at this moment: what
 * the inputs refer to is looked up again, within the env alone. Throws a `DomainError` whose message says what is in
 * the way. A chart's outputs replace whole top-level keys, those of Platz included, as charts rely on (W64).
 */
export async function buildHelmValues(source: Source, task: DeploymentTask): Promise<HelmValues> {
  const revision = await findRevision(source, task);
  const rendered = await renderRevision(source, revision);
  // An override is shown to whoever may change the deployment, but stands in no log.
  const confidential = [...rendered.confidential, ...textsIn(revision.valuesOverride)];
  return { ...rendered, confidential: [...new Set(confidential)], revisionId: revision.id };
}

/** The same for a revision that may not have been asked for yet. */
export async function renderRevision(source: Source, revision: Revision): Promise<RenderedValues> {
  const { chart, place } = revision;
  const registry = await findHelmRegistry(source.db, chart.helmRegistryId);
  if (!registry) throw new NotFound("registry", chart.helmRegistryId);
  await requireSigned(source.db, chart, { kindId: registry.kindId, envId: place.env.id });
  const given = platzValues(revision);
  const rendered = await renderInputs(source, revision, given.values);
  const base = allowedBy(rendered.allowed, given);
  return {
    values: { ...base.values, ...rendered.values },
    valuesOverride: revision.valuesOverride,
    secrets: rendered.secrets,
    chart,
    registry,
    confidential: [...new Set(rendered.confidential)].filter((text) => text !== ""),
    warnings: [...base.warnings, ...rendered.warnings].map((text) => `${place.deployment.kindName}: ${text}`),
  };
}

/** Steps 1 and 2: what every chart gets, and copies of node selector and tolerations where the chart wants them. */
function platzValues({ chart, place }: Revision): { values: JsonObject; warnings: readonly string[] } {
  const features = chartFeatures(chart);
  const { nodeSelector, tolerations } = place.env;
  const { ingress, warnings } = standardIngress(features, place);
  const values: JsonObject = {
    platz: platzInfo(place),
    // The name that charts knew it by before.
    shira: platzInfo(place),
    nodeSelector,
    tolerations,
    ingress,
  };
  const copies = [
    ...features.nodeSelectorPaths.map((path) => ({ path, value: nodeSelector })),
    ...features.tolerationsPaths.map((path) => ({ path, value: tolerations })),
  ];
  const blocked = copies.filter(({ path, value }) => !insertPlain(values, path, structuredClone(value)));
  const unset = blocked.filter(({ path }) => path.length > 0).map(({ path }) => notPut(path));
  return { values, warnings: [...warnings, ...unset] };
}

type PlatzValues = ReturnType<typeof platzValues>;

/** What a chart's schema refuses would fail every run: it is left out, and said where somebody would miss it. */
function allowedBy(names: ReadonlySet<string>, { values, warnings }: PlatzValues): PlatzValues {
  const entries = Object.entries(values);
  const allowed = entries.filter(([key]) => names.has(key));
  const missed = entries.filter((entry) => !allowed.includes(entry) && isMissed(entry));
  return {
    values: Object.fromEntries(allowed),
    warnings: [
      ...warnings,
      ...missed.map(([key]) => `the chart's values.schema.json does not allow ${key}.`),
    ],
  };
}

/** Whether it says more than that there is nothing. */
function isMissed([key, value]: [string, Json]): boolean {
  if (key === "platz" || key === "shira" || typeof value !== "object" || value === null) return false;
  return key === "ingress" ? !sameJson(value, noIngress) : Object.keys(value).length > 0;
}

/** Step 3: what the form makes of the inputs; without a form the inputs themselves, under `config`. */
async function renderInputs(source: Source, { chart, place, inputs, sealed }: Revision, beside: JsonObject) {
  const form = chart.valuesUi;
  const sensitive = sensitiveKeysOf(form);
  // Of an input that an earlier form called sensitive nobody knows which part was the secret.
  const ofEarlierForms = [...sealed].filter((key) => !sensitive?.has(key));
  const confidential = ofEarlierForms.flatMap((key) => textsIn(inputs[key] ?? null));
  if (form === null) {
    const allowed = new Set(Object.keys(beside));
    return { values: { config: inputs }, secrets: [], confidential, warnings: [], allowed };
  }
  const items = {
    ...source,
    envId: place.env.id,
    kindId: place.deployment.kindId,
    onSecret: (text: string) => confidential.push(text),
  };
  const { values, dropped, secrets, secretTexts, allowed } = await renderForm(items, {
    chart,
    form,
    inputs,
    beside,
  });
  for (const text of secretTexts) confidential.push(text);
  for (const { data } of secrets) for (const text of Object.values(data)) confidential.push(text);
  return { values, secrets, confidential, warnings: dropped.map(notPut), allowed: new Set(allowed) };
}

function notPut(path: readonly string[]): string {
  return `nothing could be put at ${path.join(".")}, because something else is in the way.`;
}
