import { KubeconfigError } from "@platz/kubernetes";
import { ProviderError } from "./cluster-provider.ts";

/** What a provider has to say to a person. */
export function saidOf(error: unknown): string | undefined {
  return error instanceof KubeconfigError || error instanceof ProviderError ? error.message : undefined;
}
