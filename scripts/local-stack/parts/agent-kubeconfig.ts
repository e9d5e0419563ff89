import { writeFile } from "node:fs/promises";
import {
  accountKubeconfig,
  applyRights,
  grantAllObjects,
  loadKubeconfig,
  rightsObjects,
  standardPlaces,
} from "@platz/kubernetes";
import { every } from "@platz/worker";

/** Half of what managed clusters give at most. */
const RENEW_MS = 12 * 3_600_000;
const LIFE_MS = 365 * 24 * 3_600_000;

interface AgentCluster {
  /** Of a cluster admin. */
  readonly kubeconfig: string;
  readonly context: string;
}

/**
 * Puts the published rights onto a cluster, and writes a kubeconfig (mode 0600) of an account that has exactly those of
 * the agent. It is written anew now and then, because clusters bound how long a token lives.
 */
export async function agentKubeconfig(
  { kubeconfig, context }: AgentCluster,
  file: string,
): Promise<AsyncDisposable> {
  const admin = await loadKubeconfig(kubeconfig, context);
  await applyRights(admin, [...rightsObjects(standardPlaces), ...grantAllObjects(standardPlaces)]);
  const write = async () => {
    await writeFile(file, await accountKubeconfig(admin, standardPlaces.agent, LIFE_MS), { mode: 0o600 });
  };
  await write();
  const renewing = every(RENEW_MS, write, () => undefined);
  return { [Symbol.asyncDispose]: async () => renewing[Symbol.dispose]() };
}
