import type { CallOptions, Listed, OneOf } from "./lists.ts";

/** When upgrades may begin: on these days (1 is Monday), between two times of the day (`22:30`), in a time zone. */
export interface UpgradeWindow {
  days: number[];
  from: string;
  /** An earlier time than `from` is one of the day after; the same is the whole day. */
  until: string;
  /** As `Europe/Berlin`. */
  timeZone: string;
}

/** That a deployment follows the charts of a branch, of a tag format, or of both together. */
export interface UpgradePolicy {
  readonly id: string;
  readonly createdAt: string;
  readonly deploymentId: string;
  readonly branch: string | null;
  readonly tagFormatId: string | null;
  /** `null`: at once. */
  readonly window: UpgradeWindow | null;
  /** Whether charts are followed only that are signed by a key of their registry. */
  readonly signedOnly: boolean;
  /** Who, in words: every upgrade is made in their name, with their rights. */
  readonly allowedBy: string;
  readonly allowedAt: string;
  /** The chart that it would be upgraded to now, and why it is not yet. */
  readonly nextChartId: string | null;
  readonly reason: string | null;
  /** The last chart that it was upgraded to, or that this was tried with. */
  readonly lastChartId: string | null;
  readonly lastUpgradeAt: string | null;
}

/** What a deployment is to follow: a branch, a tag format, or both. */
export interface SetUpgradePolicy {
  deploymentId: string;
  branch?: string | null | undefined;
  tagFormatId?: string | null | undefined;
  window?: UpgradeWindow | null | undefined;
  /** Follow charts only that are signed by a key of their registry. */
  signedOnly?: boolean | undefined;
}

interface OfDeployment {
  deploymentId: string;
}

export interface UpgradePolicies
  extends Listed<UpgradePolicy, { deploymentId?: OneOf<string> | undefined }, "createdAt"> {
  readonly get: (of: OfDeployment, options?: CallOptions) => Promise<UpgradePolicy | null>;
  readonly set: (policy: SetUpgradePolicy, options?: CallOptions) => Promise<UpgradePolicy>;
  readonly remove: (of: OfDeployment, options?: CallOptions) => Promise<void>;
}
