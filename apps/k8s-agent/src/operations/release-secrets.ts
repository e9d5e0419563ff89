import type { HelmValues } from "@platz/services";
import type { RunContext } from "./operation-runner.ts";

const CREDENTIALS_SECRET = "platz-creds";

/** Writes what the deployment is given: its credentials, and the Secrets that its chart makes of inputs. */
export async function applySecrets(context: RunContext, { secrets }: HelmValues): Promise<void> {
  const { home, task, signal } = context;
  const credentials = await context.credentials(task.deploymentId);
  context.hide([credentials["access_token"] ?? ""]);
  const all = [{ name: CREDENTIALS_SECRET, data: credentials }, ...secrets];
  for (const { name, data } of all) await home.applySecret({ namespace: task.namespace, name, data }, signal);
}

/** Secrets that the chart made before and does not make any more go, once the new revision stands. */
export async function pruneSecrets(context: RunContext, { secrets }: HelmValues): Promise<void> {
  const { home, task, signal } = context;
  const wanted = new Set([CREDENTIALS_SECRET, ...secrets.map(({ name }) => name)]);
  for (const name of await home.listManagedSecrets(task.namespace, signal)) {
    if (!wanted.has(name)) await home.deleteSecret({ namespace: task.namespace, name }, signal);
  }
}
