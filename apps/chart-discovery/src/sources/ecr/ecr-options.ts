import type { Logger } from "@platz/telemetry";
import type { OutageLog } from "../../outage-log.ts";
import type { Sighting, TagRef } from "../chart-source.ts";
import type { EcrRegistries } from "./ecr-registries.ts";

export interface EcrEventsOptions {
  readonly registries: EcrRegistries;
  /** Name of the queue that EventBridge sends to, and its region. */
  readonly queue: string;
  readonly region: string;
  /** Whose registries charts are taken of; the account of the queue when there are none. */
  readonly accounts: readonly string[];
  /** Where those are; the region of the queue when there are none. */
  readonly regions: readonly string[];
  readonly reconcileMs: number;
  /** Tags that are recorded of a registry, so that those which went while nobody looked are sighted too. */
  known(domain: string): Promise<readonly TagRef[]>;
  /** Which repositories to look at; all when not given. */
  readonly isWanted?: ((repository: string) => boolean) | undefined;
  /** For how long a message is hidden from others while it is worked on. */
  readonly hiddenSeconds?: number;
  outageOf(what: string): OutageLog;
  readonly log: Pick<Logger, "warn" | "error">;
}

export type Sighted = (sighting: Sighting) => void;
