import type { Database } from "@platz/db";
import {
  deploymentKinds,
  deploymentResourceTypes,
  helmCharts,
  helmRegistries,
  k8sClusters,
  k8sResources,
} from "@platz/db/schema";
import {
  type ClusterId,
  type DeploymentId,
  type EnvId,
  type Json,
  K8sResourceId,
  type KindId,
} from "@platz/domain";
import { eq } from "drizzle-orm";

/** A form with one input of each sort that matters here, as discovery stores it. */
export const testForm = {
  apiVersion: "platz.io/v1beta1",
  kind: "ValuesUi",
  inputs: [
    { id: "size", type: "number", label: "Size", required: true, minimum: "1", maximum: "9" },
    { id: "color", type: "RadioSelect", label: "Color", options: [{ value: "red" }, { value: "green" }] },
    { id: "vault", type: "CollectionSelect", collection: "secrets", label: "Vault" },
    { id: "peer", type: "CollectionSelect", collection: "deployments", label: "Peer" },
    { id: "note", type: "text", label: "Note" },
    { id: "pin", type: "text", label: "Pin", sensitive: true },
  ],
  outputs: {
    values: [
      { path: ["app", "size"], value: { FieldValue: { input: "size" } } },
      { path: ["app", "color"], value: { FieldValue: { input: "color" } } },
      { path: ["app", "peer"], value: { FieldProperty: { input: "peer", property: "name" } } },
    ],
    secrets: { keys: { TOKEN: { FieldProperty: { input: "vault", property: "contents" } } } },
  },
} satisfies Json;

/** Features with an ingress, as discovery stores them. */
export const testFeatures = {
  apiVersion: "platz.io/v1beta2",
  kind: "Features",
  spec: { ingress: { enabled: true, hostname_format: "KindAndName" }, reinstall_dependencies: true },
} satisfies Json;

/** One action for maintainers with a form, and one for owners that is limited to a status. */
export const testActions = [
  {
    apiVersion: "platz.io/v1beta1",
    kind: "Action",
    spec: {
      id: "paint",
      allowed_role: "Maintainer",
      endpoint: "standard_ingress",
      path: "/paint",
      method: "POST",
      title: "Paint",
      description: "Paints it",
      ui_schema: {
        inputs: [{ id: "coats", type: "number", label: "Coats", required: true }],
        outputs: { values: [{ path: ["coats"], value: { FieldValue: { input: "coats" } } }] },
      },
    },
  },
  {
    apiVersion: "platz.io/v1beta1",
    kind: "Action",
    spec: {
      id: "wipe",
      allowed_role: "Owner",
      allowed_on_statuses: ["Idle"],
      endpoint: "standard_ingress",
      path: "/wipe",
      method: "POST",
      title: "Wipe",
      description: "Wipes it",
    },
  },
] satisfies Json;

export async function insertTestCluster(db: Database, envId: EnvId | null) {
  const name = `cluster-${crypto.randomUUID().slice(0, 8)}`;
  const [cluster] = await db
    .insert(k8sClusters)
    .values({
      envId,
      name,
      providerId: `local:${name}`,
      regionName: "local",
      ignore: false,
      ingressDomain: `${name}.test`,
      ingressTlsSecretName: "wild",
    })
    .returning();
  if (!cluster) throw new Error("no cluster");
  return cluster;
}

interface ChartExtensions {
  readonly valuesUi?: Json | null;
  readonly features?: Json | null;
  readonly actionsSchema?: Json | null;
  readonly error?: string;
  readonly quarantine?: string;
  readonly available?: boolean;
}

export async function insertTestChart(db: Database, kindId: KindId, extensions: ChartExtensions) {
  const mark = crypto.randomUUID();
  const [registry] = await db
    .insert(helmRegistries)
    .values({ domainName: "registry.test", repoName: `repo-${mark}`, kindId, provider: "Oci" })
    .returning();
  if (!registry) throw new Error("no registry");
  const [chart] = await db
    .insert(helmCharts)
    .values({
      createdAt: new Date(),
      helmRegistryId: registry.id,
      imageDigest: `sha256:${mark}`,
      imageTag: "1.0.0",
      valuesUi: testForm,
      features: testFeatures,
      actionsSchema: testActions,
      ...extensions,
    })
    .returning();
  if (!chart) throw new Error("no chart");
  return chart;
}

/** A type of resources with a number and a secret, whose hooks have nothing to call unless `lifecycle` says so. */
export async function insertTestResourceType(
  db: Database,
  {
    envId,
    kindId,
    key = crypto.randomUUID(),
    lifecycle = {},
    isGlobal = false,
  }: {
    readonly envId: EnvId | null;
    readonly kindId: KindId;
    readonly key?: string;
    readonly lifecycle?: Json;
    /** Whether its chart wishes it to be the same in every env. */
    readonly isGlobal?: boolean;
  },
) {
  const spec = {
    name_singular: "shop",
    name_plural: "shops",
    fontawesome_icon: "shop",
    values_ui: {
      inputs: [
        { id: "size", type: "number", label: "Size", required: true },
        { id: "key", type: "text", label: "Key", sensitive: true },
      ],
      outputs: { values: [] },
    },
    lifecycle,
    global: isGlobal,
  };
  const [type] = await db
    .insert(deploymentResourceTypes)
    .values({ envId, deploymentKindId: kindId, key, spec })
    .returning();
  if (!type) throw new Error("no type");
  return type;
}

/** A workload as a cluster would show it. */
export async function insertTestResource(
  db: Database,
  place: { readonly deploymentId: DeploymentId; readonly clusterId: ClusterId },
) {
  const id = K8sResourceId.parse(crypto.randomUUID());
  await db.insert(k8sResources).values({
    ...place,
    id,
    kind: "Deployment",
    apiVersion: "apps/v1",
    name: "web",
    statusColor: [],
    metadata: {},
  });
  return id;
}

/** As if nothing had been heard of a cluster for long. */
export async function markClusterGone(db: Database, id: ClusterId): Promise<void> {
  await db
    .update(k8sClusters)
    .set({ isOk: false, lastSeenAt: new Date(0) })
    .where(eq(k8sClusters.id, id));
}

/** Whether a kind is one from before charts declared what they need. */
export async function setLegacyTokenRights(db: Database, id: KindId, legacyTokenRights: boolean) {
  await db.update(deploymentKinds).set({ legacyTokenRights }).where(eq(deploymentKinds.id, id));
}
