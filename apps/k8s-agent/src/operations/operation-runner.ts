import type { OutgoingSigner } from "@platz/auth";
import type { ClaimedTask } from "@platz/db/queries/deployment-task-queue";
import type {
  ClusterId,
  Deployment,
  DeploymentId,
  DeploymentTask,
  DeploymentTaskId,
  EffectiveGrant,
  HelmChart,
  HelmRegistry,
  JsonObject,
  K8sResource,
  OperationKind,
  OperationOf,
  OutsideObject,
} from "@platz/domain";
import type { Egress } from "@platz/egress";
import type { HelmRunner } from "@platz/helm";
import type { ClusterClient } from "@platz/kubernetes";
import type { ActionRequest, ChartComputer, HelmValues, TaskEnd } from "@platz/services";
import type { Identities } from "../identities/identities.ts";
import type { SoundChart } from "../sound-chart.ts";

/** What every run needs of the world. Ports: a test passes its own. */
export interface OperationDependencies {
  /** Computes what charts decide; absent: in this process. */
  readonly computer?: ChartComputer | undefined;
  /** The client of a cluster that this agent holds; throws `NothingChanged` for one that it cannot reach now. */
  cluster(id: ClusterId): ClusterClient;
  /** The same of a cluster that another agent may hold. */
  reach(id: ClusterId, signal: AbortSignal): Promise<ClusterClient>;
  readonly helm: HelmRunner;
  /** The accounts that Helm acts as: never the agent's own. */
  readonly identities: Pick<Identities, "namespace" | "ensure" | "access" | "remove" | "forgetNamespace">;
  /** What the kind of a deployment was granted on a cluster. */
  grant(deployment: Deployment, clusterId: ClusterId): Promise<EffectiveGrant>;
  /** What the release of a deployment was last known to have outside of its namespace. */
  outside(deploymentId: DeploymentId): Promise<readonly OutsideObject[]>;
  /** What people call the kind of a deployment. */
  kindName(deployment: Deployment): Promise<string>;
  /** What has been logged of a task, by all its attempts. */
  taskLog(id: DeploymentTaskId): Promise<string>;
  readonly egress: Egress;
  values(task: DeploymentTask): Promise<HelmValues>;
  chartArchive(chart: HelmChart, registry: HelmRegistry, signal: AbortSignal): Promise<SoundChart>;
  /** Keys and values of the Secret that lets a deployment talk back (workers spec 3.10). */
  credentials(deploymentId: DeploymentId): Promise<Record<string, string>>;
  actionRequest(
    task: DeploymentTask & { readonly operation: OperationOf<"InvokeAction"> },
  ): Promise<ActionRequest>;
  /** The headers by which the application knows that a request to this address is ours. */
  readonly sign: OutgoingSigner;
  resource(deploymentId: DeploymentId, id: K8sResource["id"]): Promise<K8sResource | undefined>;
  publishResourceTypes(chart: HelmChart, deployment: Deployment): Promise<void>;
}

/** One run of one task. */
export interface RunContext extends OperationDependencies {
  readonly task: ClaimedTask;
  readonly deployment: Deployment;
  /** The cluster of the task itself. */
  readonly home: ClusterClient;
  readonly clusterId: ClusterId;
  /** Ends the work in good order: canceled, timed out, or the agent is stopping. */
  readonly signal: AbortSignal;
  /** Ends it at once: the task is somebody else's now. */
  readonly killSignal: AbortSignal;
  /** How long the whole run may take. */
  readonly timeoutMs: number;
  /** A line for the task's log. */
  log(line: string): void;
  /** Keeps these texts out of everything that is logged from now on. */
  hide(texts: readonly string[]): void;
  /** Says that a named step begins. A test may end the process exactly there. */
  step(name: string): Promise<void>;
  /**
   * From here on the work stands and is only being written down: the context for the rest, which ends only when the
   * task is somebody else's.
   */
  committed(): RunContext;
  /** Records facts that a new owner of the task would need; throws when the task is no longer ours. */
  record(facts: JsonObject): Promise<void>;
}

/** How an operation is run. The status dance around it is the engine's. */
export interface OperationRunner<K extends OperationKind> {
  /** Names that `step` is called with, in order, for tests that stop a run at each of them. */
  readonly steps: readonly string[];
  /**
   * Does the work, safe to be begun again by another owner at any point. Throws `OperationFailed` or a `DomainError`
   * when the work failed, `NothingChanged` when it could not begin, and anything else for a fault.
   */
  run(operation: OperationOf<K>, context: RunContext): Promise<Extract<TaskEnd, { status: "Done" }>>;
}
