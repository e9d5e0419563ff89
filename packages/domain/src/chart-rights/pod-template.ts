import { type RenderedObject, recordOf } from "./rendered-object.ts";

/** What a pod is made of: the annotations and the specification. */
export interface PodTemplate {
  readonly annotations: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Where objects hold the template of their pods, by kind; a pod is its own. */
const templatePaths: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  PodTemplate: ["template"],
  ReplicationController: ["spec", "template"],
  "DaemonSet.apps": ["spec", "template"],
  "Deployment.apps": ["spec", "template"],
  "ReplicaSet.apps": ["spec", "template"],
  "StatefulSet.apps": ["spec", "template"],
  "Job.batch": ["spec", "template"],
  "CronJob.batch": ["spec", "jobTemplate", "spec", "template"],
};

/** The pods that Kubernetes itself would make of an object; of what operators make of theirs nothing is known. */
export function podTemplateOf({ group, kind, content }: RenderedObject): PodTemplate | undefined {
  const path = templatePaths[group === "" ? kind : `${kind}.${group}`];
  if (path === undefined) return undefined;
  const template = path.reduce((value, key) => recordOf(value[key]), content);
  return {
    annotations: recordOf(recordOf(template["metadata"])["annotations"]),
    spec: recordOf(template["spec"]),
  };
}
