import {
  type Action,
  actionsOf,
  type ChartForm,
  chartFormOf,
  type Features,
  featuresOf,
} from "@platz/chart-ext";
import { type HelmChart, PreconditionFailed } from "@platz/domain";

/** The form of a chart, if it has one: its own, or one made from its values. Throws `PreconditionFailed` for a stored form that cannot be read. */
export function chartForm({ valuesUi }: Pick<HelmChart, "valuesUi">): ChartForm | undefined {
  if (valuesUi === null) return undefined;
  const form = chartFormOf(valuesUi);
  if (form) return form;
  throw new PreconditionFailed("The form of this chart cannot be read: choose or publish another version.");
}

/** The features of a chart, with their defaults. */
export function chartFeatures({ features }: Pick<HelmChart, "features">): Features {
  return featuresOf(features);
}

/** The actions of a chart. */
export function chartActions({ actionsSchema }: Pick<HelmChart, "actionsSchema">): readonly Action[] {
  return actionsOf(actionsSchema);
}
