import { z } from "zod";

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const label = z
  .string()
  .max(63)
  .regex(/^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/);

/** Helm's own rule for releases, without the dots that a namespace could not have. */
export const ReleaseName = z
  .string()
  .max(53)
  .regex(dnsLabel, "must be lower-case letters, digits and dashes");
export const NamespaceName = z
  .string()
  .max(63)
  .regex(dnsLabel, "must be lower-case letters, digits and dashes");

/** What Helm waits for: nothing but hooks, or until the resources are ready (Helm 4's strategies). */
export const waitStrategies = ["hookOnly", "watcher", "legacy"] as const;
export type WaitStrategy = (typeof waitStrategies)[number];

const release = { release: ReleaseName, namespace: NamespaceName };
/** The cluster: a kubeconfig with what is needed for this one alone. It is written to a private file, never to argv. */
const target = { ...release, kubeconfig: z.string().min(1) };
const chart = {
  /** A packaged chart, with its dependencies. */
  chartArchive: z.instanceof(Uint8Array),
  /** YAML documents, a later one wins. */
  values: z.array(z.string()),
  /**
   * Whether Helm leaves the chart's schemas alone. Its schema library fetches what they refer to, from any address and
   * any file: it must be told so for every chart that is not known to refer to itself alone.
   */
  skipSchemaValidation: z.boolean(),
};
const waiting = {
  wait: z.enum(waitStrategies).default("hookOnly"),
  /** For any single thing that Helm waits for, not for the run: that is the caller's signal. */
  timeoutMs: z.int().min(1_000).max(86_400_000).default(300_000),
};

const UpgradeInstall = z.strictObject({
  command: z.literal("upgrade-install"),
  ...target,
  ...chart,
  ...waiting,
  /** Stored with the release, and given back by `get-metadata`: how a task knows its own work again. */
  labels: z.record(label, label).default({}),
  historyMax: z.int().min(1).max(1_000).default(10),
});

const Uninstall = z.strictObject({
  command: z.literal("uninstall"),
  ...target,
  ...waiting,
  ignoreNotFound: z.boolean().default(true),
});

/** Renders a chart without any cluster: `lookup` finds nothing, and no credential is at hand. */
const Template = z.strictObject({
  command: z.literal("template"),
  ...release,
  ...chart,
  /** Also what an install makes of the chart's `crds` folder. */
  includeCrds: z.boolean().default(false),
});

const GetMetadata = z.strictObject({ command: z.literal("get-metadata"), ...target });

const History = z.strictObject({
  command: z.literal("history"),
  ...target,
  revisionsMax: z.int().min(1).max(1_000).default(256),
});

const Version = z.strictObject({ command: z.literal("version") });

/** What Helm can be asked to do. Names are held to a grammar here, where they enter. */
export const HelmRequest = z.discriminatedUnion("command", [
  UpgradeInstall,
  Uninstall,
  Template,
  GetMetadata,
  History,
  Version,
]);
export type HelmRequest = z.input<typeof HelmRequest>;
/** A request that was checked, with defaults filled in. */
export type CheckedRequest = z.output<typeof HelmRequest>;
export type HelmCommand = CheckedRequest["command"];
