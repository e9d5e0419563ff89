import { z } from "zod";
import { UngrantedObject } from "./chart-rights/ungranted.ts";
import { DeploymentId } from "./ids.ts";
import { EffectiveGrant, LeastGrant } from "./kind-grant.ts";

/** How much of a container's log is told at most. */
export const POD_LOG_LINES_MAX = 5_000;
export const POD_LOG_BYTES_MAX = 1024 * 1024;

const name = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, "must be a Kubernetes name");

/** Which lines of which container of a pod. */
export const PodLogRequest = z.strictObject({
  deploymentId: DeploymentId,
  pod: name,
  /** May be left out of a pod that has but one. */
  container: name.optional(),
  /** Of the run before the last restart. */
  previous: z.boolean().default(false),
  /** The last so many lines. */
  lines: z.int().min(1).max(POD_LOG_LINES_MAX).default(500),
  /** Each line begins with its time. */
  timestamps: z.boolean().default(false),
});
export type PodLogRequest = z.output<typeof PodLogRequest>;

const ofDeployment = { deploymentId: DeploymentId, namespace: z.string() };

/** What is asked of a cluster while somebody waits, by whoever cannot reach it: the agent that holds it answers. */
export const ClusterQuestion = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("Pods"), ...ofDeployment }),
  z.object({ kind: z.literal("PodLog"), ...ofDeployment, ...PodLogRequest.shape }),
  z.object({ kind: z.literal("PodEvents"), ...ofDeployment }),
  /** What would be applied is sealed: it holds the values with their secrets. */
  z.object({ kind: z.literal("ReleaseDiff"), ...ofDeployment, sealed: z.string() }),
  z.object({ kind: z.literal("ReleaseRights"), ...ofDeployment, grant: EffectiveGrant }),
  /** Of a deployment that may not be there yet: nothing in the cluster is looked at but which kinds it has. */
  z.object({
    kind: z.literal("Render"),
    deploymentId: DeploymentId,
    release: z.string(),
    sealed: z.string(),
    grant: EffectiveGrant,
  }),
]);
export type ClusterQuestion = z.output<typeof ClusterQuestion>;
export type ClusterQuestionKind = ClusterQuestion["kind"];

/** A container of a pod: as it is said to a person, and whether there is a log of the run before. */
const PodContainer = z.object({
  name: z.string(),
  isInit: z.boolean(),
  ready: z.boolean(),
  restarts: z.number(),
  state: z.string(),
  hasPrevious: z.boolean(),
});

export const DeploymentPod = z.object({
  name: z.string(),
  createdAt: z.string(),
  phase: z.string(),
  nodeName: z.string().nullable(),
  containers: z.array(PodContainer),
});
export type DeploymentPod = z.output<typeof DeploymentPod>;

/** Something that Kubernetes noted about an object. */
export const DeploymentEvent = z.object({
  /** When it last happened. */
  at: z.string(),
  count: z.number(),
  isWarning: z.boolean(),
  reason: z.string(),
  message: z.string(),
  kind: z.string(),
  name: z.string(),
});
export type DeploymentEvent = z.output<typeof DeploymentEvent>;

/** How one object of a release would change: a unified diff, cut where it is very long. */
const ReleaseObjectChange = z.object({
  kind: z.string(),
  name: z.string(),
  change: z.enum(["added", "removed", "changed"]),
  diff: z.string(),
});
export type ReleaseObjectChange = z.output<typeof ReleaseObjectChange>;

/** An object that would be applied: its text with what Secrets hold left out, cut where it is very long. */
const RenderedText = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  /** `null`: it belongs to no namespace. */
  namespace: z.string().nullable(),
  text: z.string(),
});
export type RenderedText = z.output<typeof RenderedText>;

/** What is answered to each kind of question. `isComplete: false`: there is more, that is left out. */
export const clusterAnswers = {
  Pods: z.object({ pods: z.array(DeploymentPod), isComplete: z.boolean() }),
  PodLog: z.object({ text: z.string(), isComplete: z.boolean() }),
  ReleaseDiff: z.object({ objects: z.array(ReleaseObjectChange), isComplete: z.boolean() }),
  Render: z.object({
    objects: z.array(RenderedText),
    isComplete: z.boolean(),
    /** The objects that the grant does not cover, and the least that would. */
    ungranted: z.array(UngrantedObject),
    leastGrant: LeastGrant,
  }),
  ReleaseRights: z.object({ ungranted: z.array(UngrantedObject), leastGrant: LeastGrant }),
  PodEvents: z.object({ events: z.array(DeploymentEvent), isComplete: z.boolean() }),
} as const satisfies Record<ClusterQuestionKind, z.ZodType>;
export type ClusterAnswer<Kind extends ClusterQuestionKind> = z.output<(typeof clusterAnswers)[Kind]>;

export type ClusterAnswerSchemas = { readonly [Kind in ClusterQuestionKind]: z.ZodType<ClusterAnswer<Kind>> };

type ByKind = { [Q in ClusterQuestion as Q["kind"]]: Q };
export type ClusterQuestionOf<Kind extends ClusterQuestionKind> = {
  [K in Kind]: ByKind[K] & { readonly kind: K };
}[Kind];
