import { databaseSettings, duration } from "@platz/config";
import { registrySettings } from "@platz/oci";
import { logLevels } from "@platz/telemetry";
import { z } from "zod";

/** What chart discovery reads from its environment and command line (workers spec 5.1). */
export const ChartDiscoverySettings = z.object({
  PLATZ_REGISTRY_PROVIDER: z
    .enum(["oci", "ecr"], "must be oci or ecr")
    .prefault("oci")
    .describe("Kind of registry: oci; ecr is not there yet."),
  PLATZ_OCI_REGISTRY_URL: z
    .string()
    .optional()
    .describe("Address of the OCI registry, such as https://registry.example.com; needed for oci."),
  PLATZ_OCI_POLL_INTERVAL: duration({ minMs: 100 })
    .prefault("5s")
    .describe("Time between two looks through the registry."),
  LOG_LEVEL: z
    .enum(logLevels, `must be one of ${logLevels.join(", ")}`)
    .default("info")
    .describe("How much is logged."),
  ...registrySettings,
  ...databaseSettings,
});
export type ChartDiscoverySettings = z.output<typeof ChartDiscoverySettings>;
