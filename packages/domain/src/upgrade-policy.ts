import { z } from "zod";
import { DeploymentId, HelmChartId, HelmTagFormatId, UpgradePolicyId } from "./ids.ts";

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day such as 22:30");

/** When upgrades may begin: on these days (ISO 8601, 1 is Monday), between two times of the day, in a time zone (IANA). */
export const UpgradeWindow = z.strictObject({
  days: z
    .array(z.int().min(1).max(7))
    .min(1)
    .max(7)
    .refine((days) => new Set(days).size === days.length, "must name each day once"),
  from: TimeOfDay,
  /** An earlier time than `from` is one of the day after; the same is the whole day. */
  until: TimeOfDay,
  timeZone: z.string().max(100).refine(isTimeZone, "must be a time zone such as Europe/Berlin"),
});
export type UpgradeWindow = z.output<typeof UpgradeWindow>;

/**
 * That a deployment follows the charts of a branch, of a tag format, or of both together: when a newer one appears in
 * its repository it is upgraded, in the name of whoever has allowed it.
 */
export const UpgradePolicy = z.object({
  id: UpgradePolicyId,
  createdAt: z.date(),
  deploymentId: DeploymentId,
  branch: z.string().nullable(),
  tagFormatId: HelmTagFormatId.nullable(),
  /** `null`: at once. */
  window: UpgradeWindow.nullable(),
  /** Whether charts are followed only that are signed by a key of their registry. */
  signedOnly: z.boolean(),
  /** Who, in words. */
  allowedBy: z.string(),
  allowedAt: z.date(),
  /** The chart that it would be upgraded to now, and why it is not yet. */
  nextChartId: HelmChartId.nullable(),
  reason: z.string().nullable(),
  /** The last chart that it was upgraded to, or that this was tried with. It is not tried again. */
  lastChartId: HelmChartId.nullable(),
  lastUpgradeAt: z.date().nullable(),
});
export type UpgradePolicy = z.output<typeof UpgradePolicy>;

/** What a deployment is to follow from now on, instead of what it follows. */
export const SetUpgradePolicy = z
  .strictObject({
    deploymentId: DeploymentId,
    /** Empty for charts of a tag format that name no branch. */
    branch: z.string().max(200).nullable().default(null),
    tagFormatId: HelmTagFormatId.nullable().default(null),
    window: UpgradeWindow.nullable().default(null),
    signedOnly: z.boolean().default(false),
  })
  .refine(({ branch, tagFormatId }) => branch !== null || tagFormatId !== null, {
    path: ["branch"],
    message: "must be given, or a tag format, or both",
  });
export type SetUpgradePolicy = z.output<typeof SetUpgradePolicy>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
