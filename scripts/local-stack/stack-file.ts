import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { stateFolder, stateSubfolder } from "./state-folder.ts";

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
  helm: z.string(),
  /** Whether the cluster, the registry and the workers are up too. */
  ready: z.boolean(),
  /** Process ids by name. */
  processes: z.record(z.string(), z.int()),
});
export type StackDescription = z.output<typeof StackDescription>;

const file = join(stateFolder, "stack.json");

/** The stack that runs from this checkout, if one does. A file that a killed launcher left behind counts for nothing. */
export function runningStack(): StackDescription | undefined {
  if (!existsSync(file)) return undefined;
  const description = StackDescription.safeParse(parsed(readFileSync(file, "utf8"))).data;
  return description !== undefined && isAlive(description.pid) ? description : undefined;
}

export function writeStackFile(description: StackDescription): void {
  stateSubfolder(".");
  writeFileSync(file, JSON.stringify(description, null, 2), { mode: 0o600 });
}

export function removeStackFile(): void {
  rmSync(file, { force: true });
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
