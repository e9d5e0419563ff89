import {
  type EffectiveGrant,
  NothingChanged,
  OperationFailed,
  objectNeeds,
  type UngrantedObject,
  ungrantedObjects,
  ungrantedSentence,
} from "@platz/domain";
import type { RunContext } from "./operation-runner.ts";
import { type RefusedAccess, refusedAccess } from "./refused-access.ts";
import { renderObjects, type ToInstall } from "./render-objects.ts";

/**
 * Says what it means that the cluster refused something to Helm's account, and does nothing for any other failure. What
 * the kind has no grant for fails the task, with every such object named; what the account should have been given by now
 * is tried again.
 */
export async function explainRefusal(
  context: RunContext,
  failure: string,
  install: ToInstall,
): Promise<void> {
  const refused = refusedAccess(failure);
  if (refused === undefined) return;
  const { task, deployment, home, identities } = context;
  if (refused.namespace === task.namespace) {
    await identities.forgetNamespace(home, task);
    await context.record({ lostCluster: true });
    throw new NothingChanged(
      "The account of the deployment does not have its rights in the namespace now: it is bound anew.",
    );
  }
  const grant = await context.grant(deployment, context.clusterId);
  const objects = refused.isLookup ? [refused] : await ungrantedOf(context, { ...install, grant, refused });
  throw new OperationFailed(ungrantedSentence(await context.kindName(deployment), objects));
}

interface Refused extends ToInstall {
  readonly grant: EffectiveGrant;
  readonly refused: RefusedAccess;
}

/** Helm names the first object only. */
async function ungrantedOf(
  context: RunContext,
  { grant, refused, ...install }: Refused,
): Promise<UngrantedObject[]> {
  const documents = (await renderObjects(context, install)) ?? [];
  const all = ungrantedObjects(objectNeeds(documents, { namespace: context.task.namespace }), grant);
  return all.some(({ name }) => name === refused.name) ? all : [refused, ...all];
}
