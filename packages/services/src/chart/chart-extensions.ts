import { type Action, actionsOf, type Features, featuresOf } from "@platz/chart-ext";
import { type HelmChart, PreconditionFailed } from "@platz/domain";

/** What is told of a stored form that cannot be read. */
export function unreadableForm(): PreconditionFailed {
  return new PreconditionFailed("The form of this chart cannot be read: choose or publish another version.");
}

/** The features of a chart, with their defaults. */
export function chartFeatures({ features }: Pick<HelmChart, "features">): Features {
  return featuresOf(features);
}

/** The actions of a chart. */
export function chartActions({ actionsSchema }: Pick<HelmChart, "actionsSchema">): readonly Action[] {
  return actionsOf(actionsSchema);
}
