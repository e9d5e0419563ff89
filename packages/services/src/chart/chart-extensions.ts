import {
  type Action,
  actionsOf,
  type Features,
  featuresOf,
  type ValuesUi,
  valuesUiOf,
} from "@platz/chart-ext";
import type { HelmChart } from "@platz/domain";

/** The form of a chart, if it ships one. */
export function chartForm({ valuesUi }: Pick<HelmChart, "valuesUi">): ValuesUi | undefined {
  return valuesUi === null ? undefined : valuesUiOf(valuesUi);
}

/** The features of a chart, with their defaults. */
export function chartFeatures({ features }: Pick<HelmChart, "features">): Features {
  return featuresOf(features);
}

/** The actions of a chart. */
export function chartActions({ actionsSchema }: Pick<HelmChart, "actionsSchema">): readonly Action[] {
  return actionsOf(actionsSchema);
}
