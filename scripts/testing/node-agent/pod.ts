import { z } from "zod";

const items = z.array(z.object({ key: z.string(), path: z.string() })).optional();
const SecretSource = z.object({ secretName: z.string(), items });
/** Of a projected volume only Secrets count: a token or a certificate of the cluster is not made here. */
const ProjectedSource = z.object({ secret: z.object({ name: z.string(), items }).optional() });

const Volume = z.object({
  name: z.string(),
  secret: SecretSource.optional(),
  projected: z.object({ sources: z.array(ProjectedSource) }).optional(),
});

/** Of a pod, what is needed to run it: one container, Secrets as files, empty folders. */
export const Pod = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    deletionTimestamp: z.string().optional(),
    deletionGracePeriodSeconds: z.number().default(30),
  }),
  spec: z.object({
    containers: z
      .array(
        z.object({
          name: z.string(),
          image: z.string(),
          command: z.array(z.string()).min(1),
          args: z.array(z.string()).default([]),
          workingDir: z.string().default("/"),
          env: z.array(z.object({ name: z.string(), value: z.string().default("") })).default([]),
          resources: z
            .object({ limits: z.object({ memory: z.string().optional() }).default({}) })
            .prefault({}),
          volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).default([]),
        }),
      )
      .length(1),
    /** Never, unless it says that it is run again when it fails. */
    restartPolicy: z.string().default("Never"),
    volumes: z.array(Volume).default([]),
  }),
  status: z.object({ phase: z.string().default("Pending") }).default({ phase: "Pending" }),
});
export type Pod = z.output<typeof Pod>;
export type Volume = z.output<typeof Volume>;

/** The container of a pod. */
export function containerOf(pod: Pod): Pod["spec"]["containers"][number] {
  const [container] = pod.spec.containers;
  if (container === undefined) throw new Error(`the pod ${pod.metadata.name} has no container`);
  return container;
}

export const podPath = ({ metadata: { namespace, name } }: Pod) =>
  `/api/v1/namespaces/${namespace}/pods/${name}`;
