import type { TaskActor } from "@platz/db/queries/deployment-tasks";
import type { ServiceContext } from "../context.ts";

/** The caller as the history of tasks names them. */
export function actorOf({ identity, scope }: ServiceContext): TaskActor {
  return { identity, label: scope.label };
}
