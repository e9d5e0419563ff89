/** Verbs on resources of one API group, and what they are for. */
export interface Right {
  /** `""` is Kubernetes' core. */
  readonly group: string;
  readonly resources: readonly string[];
  /** The only objects that it holds for, by name; without it all of them. */
  readonly names?: readonly string[];
  readonly verbs: readonly string[];
  /** Completes "The agent needs it to …". */
  readonly to: string;
}

/** Rights as Kubernetes writes them in a Role. */
export function rulesOf(rights: readonly Right[]): object[] {
  return rights.map(({ group, resources, names, verbs }) => ({
    apiGroups: [group],
    resources,
    ...(names === undefined ? {} : { resourceNames: names }),
    verbs,
  }));
}
