import {
  type EffectiveGrant,
  OperationFailed,
  type PodTemplate,
  podTemplateOf,
  type RenderedObject,
  renderedObjects,
  type UngrantedObject,
  ungrantedSentence,
} from "@platz/domain";
import { refusedPod } from "@platz/kubernetes";
import type { HelmAccess } from "./helm-access.ts";
import type { RunContext } from "./operation-runner.ts";
import { renderObjects, type ToInstall } from "./render-objects.ts";

/** Distinct pod templates of a chart that are tried; the namespace itself refuses whatever is beyond. */
const TRIED_MAX = 50;
const REASON_CHARACTERS_MAX = 500;

interface Judging extends ToInstall {
  readonly grant: EffectiveGrant;
  access(): Promise<HelmAccess>;
}

/**
 * Fails the task before Helm starts when the namespace would refuse pods of the chart. A namespace refuses pods and not
 * what makes them: Helm would wait for a Deployment without pods until its time is over. Each pod template is tried by a
 * dry run on the cluster, which knows best; what the cluster cannot judge there, Helm is told as ever.
 */
export async function judgePods(context: RunContext, judging: Judging): Promise<void> {
  const { grant, rendered, chart } = judging;
  if (grant.podSecurity.enforce === "privileged" || !mayHavePods(chart.mentionsContainers, rendered)) return;
  const documents = await renderObjects(context, judging);
  const pods = podsOf(renderedObjects(documents ?? []), context.task.namespace);
  if (pods.length === 0) return;
  const { connection } = await judging.access();
  const { signal, task } = context;
  const tried = pods.slice(0, TRIED_MAX).map(async ({ object, pod }): Promise<UngrantedObject[]> => {
    const reason = await refusedPod(connection, { namespace: task.namespace, pod }, signal);
    if (reason === undefined) return [];
    const { apiVersion, kind, name } = object;
    return [
      {
        apiVersion,
        kind,
        name,
        namespace: task.namespace,
        why: `has pods that the cluster refuses: ${cut(reason)}`,
      },
    ];
  });
  const refused = (await Promise.all(tried)).flat();
  if (refused.length === 0) return;
  throw new OperationFailed(ungrantedSentence(await context.kindName(context.deployment), refused));
}

/** Who writes a pod template writes this word. Whoever hides it is told of the refusal by Helm, later. */
const WORD = "containers";

function mayHavePods(isInChart: boolean, { values, valuesOverride }: ToInstall["rendered"]): boolean {
  return isInChart || JSON.stringify([values, valuesOverride]).includes(WORD);
}

function podsOf(objects: readonly RenderedObject[], own: string) {
  const distinct = new Map<string, { readonly object: RenderedObject; readonly pod: PodTemplate }>();
  for (const object of objects) {
    if (object.namespace !== null && object.namespace !== own) continue;
    const pod = podTemplateOf(object);
    if (pod === undefined) continue;
    const key = JSON.stringify(pod);
    if (!distinct.has(key)) distinct.set(key, { object, pod });
  }
  return [...distinct.values()];
}

const cut = (text: string) =>
  text.length > REASON_CHARACTERS_MAX ? `${text.slice(0, REASON_CHARACTERS_MAX)}…` : text;
