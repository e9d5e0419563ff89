import { ConfigError } from "@platz/config";
import { credentialsOfConfig, openRegistry, parseRegistryAddress, type Registry } from "@platz/oci";
import type { Logger } from "@platz/telemetry";
import type { OutageLog } from "../outage-log.ts";
import type { ChartDiscoverySettings } from "../settings.ts";
import type { ChartSource, KnownTag } from "./chart-source.ts";
import { createEcrEvents } from "./ecr/ecr-events.ts";
import { ecrRegistries } from "./ecr/ecr-registries.ts";
import { createOciPoll } from "./oci-poll.ts";

export interface SourceParts {
  /** Tags that are recorded of a registry. */
  known(domain: string): Promise<readonly KnownTag[]>;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly isWanted?: ((repository: string) => boolean) | undefined;
  outageOf(what: string): OutageLog;
}

type ProviderName = NonNullable<ChartDiscoverySettings["PLATZ_REGISTRY_PROVIDER"]>;

const sources: Readonly<
  Record<ProviderName, (settings: ChartDiscoverySettings, parts: SourceParts) => ChartSource>
> = { oci: openOci, ecr: openEcr };

/** The source that the settings ask for. Throws a `ConfigError` for settings that cannot work. */
export function openSource(settings: ChartDiscoverySettings, parts: SourceParts): ChartSource {
  const standing = settings.PLATZ_OCI_REGISTRY_URL === undefined ? "ecr" : "oci";
  return sources[settings.PLATZ_REGISTRY_PROVIDER ?? standing](settings, parts);
}

function openOci(settings: ChartDiscoverySettings, { known, log, signal, isWanted, outageOf }: SourceParts) {
  const address = required(settings, "PLATZ_OCI_REGISTRY_URL", "the address of the registry");
  const registry = registryAt(address, settings, signal);
  return createOciPoll({
    registry,
    intervalMs: settings.PLATZ_OCI_POLL_INTERVAL,
    recheckMs: settings.PLATZ_OCI_RECHECK_INTERVAL,
    known: () => known(registry.domain),
    isWanted,
    outage: outageOf(registry.domain),
    log,
  });
}

function registryAt(address: string, settings: ChartDiscoverySettings, signal: AbortSignal): Registry {
  const { PLATZ_REGISTRY_CONFIG: config } = settings;
  try {
    const { domain } = parseRegistryAddress(address);
    const credentials = config === undefined ? undefined : () => credentialsOfConfig(config, domain);
    return openRegistry({ domain: address, credentials, signal });
  } catch (cause) {
    throw new ConfigError("PLATZ_OCI_REGISTRY_URL: must be an address such as https://registry.example.com", {
      cause,
    });
  }
}

function openEcr(settings: ChartDiscoverySettings, { known, log, signal, isWanted, outageOf }: SourceParts) {
  return createEcrEvents({
    queue: required(settings, "PLATZ_ECR_EVENTS_QUEUE", "the name of the SQS queue of ECR's events"),
    region: required(settings, "PLATZ_ECR_EVENTS_REGION", "the AWS region of that queue"),
    accounts: settings.PLATZ_ECR_ACCOUNTS,
    regions: settings.PLATZ_ECR_REGIONS,
    reconcileMs: settings.PLATZ_ECR_RECONCILE_INTERVAL,
    registries: ecrRegistries(signal),
    known,
    isWanted,
    outageOf,
    log,
  });
}

type Needed = "PLATZ_OCI_REGISTRY_URL" | "PLATZ_ECR_EVENTS_QUEUE" | "PLATZ_ECR_EVENTS_REGION";

function required(settings: ChartDiscoverySettings, name: Needed, what: string): string {
  const value = settings[name];
  if (value === undefined || value === "") throw new ConfigError(`${name}: is not set; set it to ${what}`);
  return value;
}
