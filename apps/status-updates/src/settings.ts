import { databaseSettings, duration, plainHttpSettings } from "@platz/config";
import { egressSettings } from "@platz/egress";
import { keyRingSetting } from "@platz/sealing";
import { logLevels } from "@platz/telemetry";
import { z } from "zod";

const places = z.coerce.number("must be a number").int("must be a whole number").min(1).max(1000);

/** What status updates read from their environment and command line. */
export const StatusUpdatesSettings = z.object({
  PLATZ_OWN_URL: z
    .url({ protocol: /^https?$/, message: "must be an http:// or https:// address" })
    .describe("Where people and deployments reach this installation; applications know our requests by it."),
  PLATZ_ENCRYPTION_KEYS: keyRingSetting,
  PLATZ_STATUS_INTERVAL_MIN: duration({ minMs: 100 })
    .prefault("15s")
    .describe("No deployment is asked more often than this, whatever its chart says."),
  PLATZ_STATUS_CONCURRENCY: places.prefault("500").describe("Deployments that are asked at once, at most."),
  PLATZ_STATUS_CONCURRENCY_PER_CLUSTER: places
    .prefault("50")
    .describe(
      "Of those, how many may be on the same cluster: a cluster that does not answer delays no other.",
    ),
  LOG_LEVEL: z
    .enum(logLevels, `must be one of ${logLevels.join(", ")}`)
    .default("info")
    .describe("How much is logged."),
  ...egressSettings,
  ...plainHttpSettings,
  ...databaseSettings,
});
export type StatusUpdatesSettings = z.output<typeof StatusUpdatesSettings>;
