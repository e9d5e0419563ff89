import type { DeploymentSummary, Platz } from "@platz/sdk";

/** A line for each deployment that the caller sees, page by page. */
export async function* report(platz: Platz): AsyncGenerator<string> {
  for await (const deployment of platz.deployments.all({ sort: "name" })) yield lineOf(deployment);
}

export interface FollowOptions {
  readonly signal?: AbortSignal;
  /** Called when changes are heard of from now on. */
  readonly onReady?: () => unknown;
}

/** A line whenever a deployment changes, until the signal. */
export async function* follow(platz: Platz, { signal, onReady }: FollowOptions = {}): AsyncGenerator<string> {
  for await (const change of platz.events.changes({ tables: ["deployments"] }, { signal })) {
    if (change.type === "ready") await onReady?.();
    if (change.type !== "change") continue;
    if (change.operation === "DELETE") yield `${change.id} is gone`;
    else yield lineOf(await platz.deployments.get(change.id));
  }
}

function lineOf({ kindName, name, clusterName, status, reason, reportedStatus }: DeploymentSummary): string {
  const says = reportedStatus?.error ?? JSON.stringify(reportedStatus?.content ?? null);
  return [`${kindName}/${name}`, clusterName, status, reason ?? (reportedStatus === null ? "" : says)]
    .join("  ")
    .trimEnd();
}
