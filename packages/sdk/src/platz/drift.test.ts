import { expect, expectTypeOf, test } from "bun:test";
import type { AppRouter } from "@platz/api";
import { errorKinds } from "@platz/domain";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { isPlatzErrorKind } from "../client/platz-error.ts";
import type { Chart, ChartSummary, Kind, Registry } from "./charts.ts";
import type { Cluster, K8sResource } from "./clusters.ts";
import type {
  DeploymentResource,
  DeploymentResourceType,
  NewDeploymentResource,
  NewResourceOffer,
  ResourceOffer,
  UpdateDeploymentResource,
} from "./deployment-resources.ts";
import type {
  DeploymentTask,
  DeploymentTaskSummary,
  NewDeploymentTask,
  TaskLog,
} from "./deployment-tasks.ts";
import type {
  BulkUpgrade,
  Deployment,
  DeploymentSummary,
  NewDeployment,
  RollbackDeployment,
  StatusChange,
  UpdateDeployment,
} from "./deployments.ts";
import type { Env, NewEnv, NewSecret, Secret, UpdateEnv, UpdateSecret } from "./envs.ts";
import type {
  GrantForChart,
  KindGrant,
  NewKindGrant,
  NewKindGrantForChart,
  UngrantedObject,
  WouldBeRefused,
} from "./kind-grants.ts";
import type { Me } from "./me.ts";
import type { CollectionRequest, Platz } from "./platz.ts";
import type { Pod, PodContainer, PodEvent, PodEvents, PodList, PodLog, PodLogRequest } from "./pods.ts";
import type { SetUpgradePolicy, UpgradePolicy } from "./upgrade-policies.ts";

type Out = inferRouterOutputs<AppRouter>;
type In = inferRouterInputs<AppRouter>;
type Item<List> = List extends { readonly items: readonly (infer Each)[] } ? Each : never;

/** What one of two types says and the other does not: nothing, or this does not compile. */
type Drift<Ours, Theirs> = Exclude<keyof Ours, keyof Theirs> | Exclude<keyof Theirs, keyof Ours>;

type Lists = {
  readonly [Name in keyof Platz & keyof In]: Platz[Name] extends {
    readonly list: (request?: infer Request extends object) => unknown;
  }
    ? Drift<Request, Extract<In[Name] extends { list: infer Theirs } ? Theirs : never, object>>
    : never;
}[keyof Platz & keyof In];

test("what the compiler holds: everything that Platz says of a thing, and everything that can be asked, is in our types", () => {
  type Outputs =
    | Drift<Env, Out["envs"]["get"]>
    | Drift<Secret, Out["secrets"]["get"]>
    | Drift<Cluster, Out["clusters"]["get"]>
    | Drift<Kind, Out["kinds"]["get"]>
    | Drift<KindGrant, Out["kindGrants"]["get"]>
    | Drift<GrantForChart, Out["kindGrants"]["createForChart"]>
    | Drift<WouldBeRefused, Out["kindGrants"]["wouldBeRefused"]>
    | Drift<UngrantedObject, Out["kindGrants"]["createForChart"]["ungranted"][number]>
    | Drift<Registry, Out["registries"]["get"]>
    | Drift<Chart, Out["charts"]["get"]>
    | Drift<ChartSummary, Item<Out["charts"]["list"]>>
    | Drift<Deployment, Out["deployments"]["get"]>
    | Drift<DeploymentSummary, Item<Out["deployments"]["list"]>>
    | Drift<DeploymentTask, Out["deploymentTasks"]["get"]>
    | Drift<UpgradePolicy, NonNullable<Out["upgradePolicies"]["get"]>>
    | Drift<StatusChange, Item<Out["deployments"]["statusChanges"]>>
    | Drift<DeploymentTaskSummary, Item<Out["deploymentTasks"]["list"]>>
    | Drift<TaskLog, Out["deploymentTasks"]["log"]>
    | Drift<DeploymentResourceType, Out["deploymentResourceTypes"]["get"]>
    | Drift<DeploymentResource, Out["deploymentResources"]["get"]>
    | Drift<ResourceOffer, Item<Out["resourceOffers"]["list"]>>
    | Drift<K8sResource, Out["k8sResources"]["get"]>
    | Drift<PodList, Out["pods"]["list"]>
    | Drift<Pod, Out["pods"]["list"]["pods"][number]>
    | Drift<PodContainer, Out["pods"]["list"]["pods"][number]["containers"][number]>
    | Drift<PodLog, Out["pods"]["log"]>
    | Drift<PodEvents, Out["pods"]["events"]>
    | Drift<PodEvent, Out["pods"]["events"]["events"][number]>;
  type Inputs =
    | Lists
    | Drift<NewEnv, In["envs"]["create"]>
    | Drift<UpdateEnv, In["envs"]["update"]>
    | Drift<NewSecret, In["secrets"]["create"]>
    | Drift<UpdateSecret, In["secrets"]["update"]>
    | Drift<NewKindGrant, In["kindGrants"]["create"]>
    | Drift<NewKindGrantForChart, In["kindGrants"]["createForChart"]>
    | Drift<NewDeployment, In["deployments"]["create"]>
    | Drift<UpdateDeployment, In["deployments"]["update"]>
    | Drift<SetUpgradePolicy, In["upgradePolicies"]["set"]>
    | Drift<RollbackDeployment, In["deployments"]["rollback"]>
    | Drift<BulkUpgrade, In["deployments"]["bulkUpgrade"]>
    | Drift<NewDeploymentTask, In["deploymentTasks"]["request"]>
    | Drift<NewDeploymentResource, In["deploymentResources"]["create"]>
    | Drift<NewResourceOffer, In["resourceOffers"]["create"]>
    | Drift<UpdateDeploymentResource, In["deploymentResources"]["update"]>
    | Drift<PodLogRequest, In["pods"]["log"]>
    | Drift<CollectionRequest, In["collections"]["items"]>;
  type Kinds = Exclude<Out["me"]["get"]["kind"], Me["kind"]>;
  expectTypeOf<Outputs>().toBeNever();
  expectTypeOf<Inputs>().toBeNever();
  expectTypeOf<Kinds>().toBeNever();
});

test("every kind of failure that Platz knows is one of ours", () => {
  expect(errorKinds.filter((kind) => !isPlatzErrorKind(kind))).toEqual([]);
});
