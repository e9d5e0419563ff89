import { type ClusterAnswer, NewKindGrant } from "@platz/domain";
import { createKindGrant } from "@platz/services";
import { answered } from "./empty-cluster.ts";
import type { Prepare, Prepared } from "./prepared.ts";

const newGrant = ({ siteAdmin, kind }: Prepared) =>
  createKindGrant(siteAdmin, NewKindGrant.parse({ kindId: kind.id, preset: "nothing", reason: "a test" }));

/** The rendering of a chart that makes a ClusterRole. */
const ofAClusterRole: ClusterAnswer<"Render"> = {
  objects: [],
  isComplete: true,
  ungranted: [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      name: "a",
      namespace: null,
      why: "belongs to the whole cluster",
    },
  ],
  leastGrant: { preset: "everything", podSecurity: "baseline" },
};

/** A call of each procedure about grants of kinds. */
export const kindGrantCalls = {
  "kindGrants.list": () => (api) => api.kindGrants.list({}),
  "kindGrants.get": async (world) => {
    const { id } = await newGrant(world);
    return (api) => api.kindGrants.get({ id });
  },
  "kindGrants.create":
    ({ kind }) =>
    (api) =>
      api.kindGrants.create({ kindId: kind.id, preset: "crds", reason: "it needs them" }),
  "kindGrants.createForChart": (world) =>
    answered(
      world,
      (api) =>
        api.kindGrants.createForChart({
          helmChartId: world.chart.id,
          clusterIds: [world.cluster.id],
          reason: "it needs it",
        }),
      { Render: ofAClusterRole },
    ),
  "kindGrants.wouldBeRefused":
    ({ kind }) =>
    (api) =>
      api.kindGrants.wouldBeRefused({ kindId: kind.id }),
  "kindGrants.delete": async (world) => {
    const { id } = await newGrant(world);
    return (api) => api.kindGrants.delete({ id });
  },
} satisfies Record<string, Prepare>;
