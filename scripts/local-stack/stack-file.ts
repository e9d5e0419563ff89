import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { defaultStateFolder } from "./state-folder.ts";

/** What `npm start -- --json` prints, and what other commands read to find the running stack. */
export const StackDescription = z.object({
  /** The launcher; the stack lives as long as it does. */
  pid: z.int(),
  api: z.url(),
  oidc: z.url(),
  registry: z.string(),
  database: z.url(),
  sampleApp: z.url(),
  /** Ingress domain whose hosts the sample application answers for. */
  ingressDomain: z.string(),
  /** The file that names the cluster; there as soon as the cluster is. */
  kubeconfig: z.string(),
  context: z.string(),
  /** The same of the agent's own account, which has the published rights and no more. */
  agentKubeconfig: z.string(),
  /** Path of the helm binary; empty until it is there. */
  helm: z.string(),
  /** Folder with a log for each process. */
  logs: z.string(),
  /** Whether the cluster, the registry and the workers are up too. */
  ready: z.boolean(),
  /** Process ids by name. */
  processes: z.record(z.string(), z.int()),
});
export type StackDescription = z.output<typeof StackDescription>;

const fileIn = (folder: string) => join(folder, "stack.json");

/** The stack that runs with this state folder, if one does. A file that a killed launcher left counts for nothing. */
export function runningStack(folder: string = defaultStateFolder): StackDescription | undefined {
  const description = StackDescription.safeParse(contentOf(fileIn(folder))).data;
  return description !== undefined && isAlive(description.pid) ? description : undefined;
}

export function writeStackFile(folder: string, description: StackDescription): void {
  const draft = `${fileIn(folder)}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(description, null, 2), { mode: 0o600 });
  renameSync(draft, fileIn(folder));
}

export function removeStackFile(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

/** Whether a process with this id exists and is not a zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "";
    return !/^\d+ \(.*\) Z /.test(stat);
  } catch {
    return false;
  }
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
