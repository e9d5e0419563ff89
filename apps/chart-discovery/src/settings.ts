import { databaseSettings, duration, list } from "@platz/config";
import { NewKindDefault } from "@platz/domain";
import { registrySettings } from "@platz/oci";
import { logLevels } from "@platz/telemetry";
import { z } from "zod";

/** What chart discovery reads from its environment and command line (workers spec 5.1). */
export const ChartDiscoverySettings = z.object({
  PLATZ_REGISTRY_PROVIDER: z
    .enum(["oci", "ecr"], "must be oci or ecr")
    .optional()
    .describe("Kind of registry: oci or ecr; without it oci when PLATZ_OCI_REGISTRY_URL is set, else ecr."),
  PLATZ_OCI_REGISTRY_URL: z
    .string()
    .optional()
    .describe("Address of the OCI registry, such as https://registry.example.com; needed for oci."),
  PLATZ_OCI_POLL_INTERVAL: duration({ minMs: 100 })
    .prefault("5s")
    .describe("Time between two looks through the lists of the registry."),
  PLATZ_OCI_RECHECK_INTERVAL: duration({ minMs: 100 })
    .prefault("10m")
    .describe(
      "Longest time until a tag that is there is looked at again, lest it moved; young ones are looked at sooner.",
    ),
  PLATZ_ECR_EVENTS_QUEUE: z
    .string()
    .optional()
    .describe("Name of the SQS queue that EventBridge sends the events of ECR to; needed for ecr."),
  PLATZ_ECR_EVENTS_REGION: z.string().optional().describe("AWS region of that queue; needed for ecr."),
  PLATZ_ECR_ACCOUNTS: list(z.string().regex(/^\d{12}$/, "must be AWS account ids, of 12 digits")).describe(
    "AWS accounts whose registries charts are taken of; without it that of the queue.",
  ),
  PLATZ_ECR_REGIONS: list(z.string().min(1)).describe(
    "AWS regions whose registries charts are taken of; without it that of the queue.",
  ),
  PLATZ_ECR_RECONCILE_INTERVAL: duration({ minMs: 100 })
    .prefault("15m")
    .describe("Time between two looks through ECR for what no event told of."),
  PLATZ_NEW_KIND_GRANT: NewKindDefault.prefault("nothing").describe(
    "What new kinds of deployment may have outside of their namespaces: nothing, crds or everything, with a level of Pod Security where it is not baseline (everything:privileged). Anything but nothing is for installations of one team.",
  ),
  LOG_LEVEL: z
    .enum(logLevels, `must be one of ${logLevels.join(", ")}`)
    .default("info")
    .describe("How much is logged."),
  ...registrySettings,
  ...databaseSettings,
});
export type ChartDiscoverySettings = z.output<typeof ChartDiscoverySettings>;
