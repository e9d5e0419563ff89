import type { DeploymentId } from "@platz/domain";
import { type EnabledWork, forEachEnabled } from "./enabled-deployments.ts";

export interface CredentialsOptions extends Omit<EnabledWork, "failure" | "work"> {
  credentials(id: DeploymentId): Promise<Record<string, string>>;
}

/**
 * Writes fresh credentials for every enabled deployment of a cluster whose namespace is there and its own (workers spec
 * 3.10). Says how many were written.
 */
export async function refreshCredentials({ credentials, ...options }: CredentialsOptions): Promise<number> {
  const { client, signal } = options;
  return await forEachEnabled({
    ...options,
    failure: "the credentials of a deployment could not be refreshed",
    async work({ id, namespace }) {
      await client.applySecret({ namespace, name: "platz-creds", data: await credentials(id) }, signal);
    },
  });
}
