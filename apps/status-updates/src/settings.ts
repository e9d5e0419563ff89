import { databaseSettings, duration } from "@platz/config";
import { egressSettings } from "@platz/egress";
import { keyRingSetting } from "@platz/sealing";
import { logLevels } from "@platz/telemetry";
import { z } from "zod";

/** What status updates read from their environment and command line. */
export const StatusUpdatesSettings = z.object({
  PLATZ_OWN_URL: z
    .url({ protocol: /^https?$/, message: "must be an http:// or https:// address" })
    .describe("Where people and deployments reach this installation; applications know our requests by it."),
  PLATZ_ENCRYPTION_KEYS: keyRingSetting,
  PLATZ_STATUS_INTERVAL_MIN: duration({ minMs: 100 })
    .prefault("15s")
    .describe("No deployment is asked more often than this, whatever its chart says."),
  PLATZ_STATUS_CONCURRENCY: z.coerce
    .number("must be a number")
    .int("must be a whole number")
    .min(1)
    .max(1000)
    .prefault("50")
    .describe("Deployments that are asked at once, at most."),
  LOG_LEVEL: z
    .enum(logLevels, `must be one of ${logLevels.join(", ")}`)
    .default("info")
    .describe("How much is logged."),
  ...egressSettings,
  ...databaseSettings,
});
export type StatusUpdatesSettings = z.output<typeof StatusUpdatesSettings>;
