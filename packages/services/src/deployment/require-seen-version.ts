import { findNewestTask } from "@platz/db/queries/deployment-tasks";
import type { PlacedDeployment } from "@platz/db/queries/deployments";
import { Conflict } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { instantText } from "../instant-text.ts";
import { deploymentLabel } from "./deployment-label.ts";

/** Refuses an edit that is based on an older version than the saved one, saying who was there in between if known. */
export async function requireSeenVersion(
  { db }: ServiceContext,
  deployment: PlacedDeployment,
  version: number,
): Promise<void> {
  if (deployment.version === version) return;
  const newest = await findNewestTask(db, deployment.id);
  const who = newest
    ? ` (the last to ask something of it was ${newest.actorLabel}, at ${instantText(newest.createdAt)})`
    : "";
  throw new Conflict(
    `${deploymentLabel(deployment)} was changed since you opened it${who}: reload it and make your change again.`,
  );
}
