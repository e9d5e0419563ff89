import type { PodTemplate } from "./pod-template.ts";
import { recordOf, recordsOf, shortOf } from "./rendered-object.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Container {
  readonly name: string;
  readonly fields: Fields;
  readonly security: Fields;
}

/** A pod as the checks see it. */
export interface CheckedPod extends PodTemplate {
  readonly security: Fields;
  readonly containers: readonly Container[];
  readonly isWindows: boolean;
  /** Its users are none of the node's. */
  readonly hasOwnUsers: boolean;
}

/** What a control of the Pod Security Standards has against a pod, in words that complete "its pods have …"; or nothing. */
export type Check = (pod: CheckedPod) => readonly string[];

export function asChecked({ annotations, spec }: PodTemplate): CheckedPod {
  const all = [...recordsOf(spec["initContainers"]), ...recordsOf(spec["containers"])];
  const containers = all.map((fields) => ({
    name: shortOf(fields["name"]),
    fields,
    security: recordOf(fields["securityContext"]),
  }));
  return {
    annotations,
    spec,
    security: recordOf(spec["securityContext"]),
    containers,
    isWindows: recordOf(spec["os"])["name"] === "windows",
    hasOwnUsers: spec["hostUsers"] === false,
  };
}

export function ofContainers(problem: (container: Container, pod: CheckedPod) => string | undefined): Check {
  return (pod) =>
    pod.containers.flatMap((container) => {
      const what = problem(container, pod);
      return what === undefined ? [] : [`a container (${container.name}) that ${what}`];
    });
}

/** What Windows does not have, nobody has to set there. */
export function ofLinux(problem: (container: Container, pod: CheckedPod) => string | undefined): Check {
  const check = ofContainers(problem);
  return (pod) => (pod.isWindows ? [] : check(pod));
}

/** A user namespace keeps root within the pod: newer Kubernetes lets it be root there. */
export function ofHostUsers(check: Check): Check {
  return (pod) => (pod.hasOwnUsers ? [] : check(pod));
}

/** A field of the security context of the pod, and of each of its containers. */
export function ofBoth(field: string, problem: (fields: Fields) => string | undefined): Check {
  return ({ security, containers }) =>
    [security, ...containers.map((container) => container.security)]
      .map((context) => context[field])
      .flatMap((value) => (value === undefined || value === null ? [] : (problem(recordOf(value)) ?? [])));
}
