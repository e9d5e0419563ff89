import type { HelmRequest, HelmResult, RunIdentity } from "@platz/helm";
import { kubeconfigYaml } from "@platz/kubernetes";
import type { HelmAccess } from "./helm-access.ts";
import type { RunContext } from "./operation-runner.ts";

/** Stands in the task's log where what Helm says of an attempt begins. */
const beginning = (attempt: number) => `Helm runs (attempt ${attempt}):`;
const following = (attempt: number) => `Helm's run of attempt ${attempt} goes on, and is followed:`;
/** How a warning of ours begins: Helm and the notes of charts have warnings of their own. */
export const OWN_WARNING = "Platz warns: ";
/** Lines of ours that may stand among those of a run that is followed by several owners. */
const OURS = /^(Attempt \d+\.|Helm's run of attempt \d+ goes on, and is followed:|Platz warns: .*)$/;

type Run = { readonly access: HelmAccess; readonly confidential: readonly string[] };

/** Runs Helm as this attempt of the task, and as the account of its deployment. What it says goes into the task's log. */
export async function runHelm(
  context: RunContext,
  { access, confidential }: Run,
  requestOf: (kubeconfig: string) => HelmRequest,
): Promise<HelmResult> {
  const { task, log } = context;
  const { connection, secrets, limit } = access;
  const kubeconfig = kubeconfigYaml(connection);
  const options = optionsOf(context, [...confidential, ...secrets]);
  log(beginning(task.attempt));
  if (limit === undefined) return await context.helm.run(requestOf(kubeconfig), options);
  const over = AbortSignal.timeout(limit.afterMs);
  const signal = AbortSignal.any([context.signal, over]);
  const result = await context.helm.run(requestOf(kubeconfig), { ...options, signal });
  const isCut = result.failure !== undefined && over.aborted && !context.signal.aborted;
  return isCut ? { ...result, cancelled: false, failure: limit.reason } : result;
}

/**
 * Follows to its end what an earlier attempt of the task began, where Helm outlives its agent; nothing when there is no
 * such run, and from then on there can be none. Lines that are in the log already are not written again.
 */
export async function resumeHelm(
  context: RunContext,
  confidential: readonly string[],
): Promise<HelmResult | undefined> {
  const { task, log } = context;
  if (task.attempt === 1) return undefined;
  return await context.helm.resume({
    ...optionsOf(context, confidential),
    async onAttached({ attempt }) {
      const known = linesOf(await context.taskLog(task.id), attempt);
      log(following(attempt));
      return known;
    },
  });
}

function optionsOf(context: RunContext, secrets: readonly string[]) {
  const { task, signal, killSignal, log } = context;
  context.hide(secrets);
  const identity: RunIdentity = { task: task.id, attempt: task.attempt };
  const onOutput = ({ text }: { readonly text: string }) => log(text);
  return { identity, signal, killSignal, secrets, onOutput };
}

/** How many lines of an attempt's run the log has. */
export function linesOf(log: string, attempt: number): number {
  const lines = log.split("\n").slice(0, -1);
  const begun = lines.lastIndexOf(beginning(attempt));
  return begun === -1 ? 0 : lines.slice(begun + 1).filter((line) => !OURS.test(line)).length;
}
