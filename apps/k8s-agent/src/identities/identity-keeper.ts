import type { ClusterId, EffectiveGrant, KindId } from "@platz/domain";
import { missingRights } from "@platz/kubernetes";
import type { ServiceDatabase } from "@platz/services";
import { type ClusterRound, ClusterRounds, type RoundsOptions } from "../clusters/cluster-rounds.ts";
import { forEachEnabled } from "../clusters/enabled-deployments.ts";
import { ensurePodSecurity } from "../operations/namespace.ts";
import type { Identities } from "./identities.ts";

export interface KeeperOptions extends Pick<RoundsOptions, "log" | "cluster"> {
  readonly db: ServiceDatabase;
  readonly identities: Pick<Identities, "namespace" | "ensure">;
  grant(of: { readonly kindId: KindId; readonly clusterId: ClusterId }): Promise<EffectiveGrant>;
  /** Told what the agent may not do on a cluster of what it has to; nothing when it may do all of it. */
  onRights(id: ClusterId, missing: readonly string[]): void;
}

/** How soon a cluster is looked at again on which rights are missing, and one that has all. */
const LACKING_MS = 60_000;
const KEPT_MS = 3_600_000;

/**
 * Makes accounts, bindings and levels of Pod Security of all deployments of a cluster what they should be: as soon as the
 * cluster is connected, when grants change, and now and then. A cluster whose deployments are older than their accounts
 * is brought up to date by it.
 */
export function identityKeeper(options: KeeperOptions): ClusterRounds {
  return new ClusterRounds({
    name: "identities",
    log: options.log,
    failure: "accounts of deployments could not be looked after",
    backoffMaxMs: LACKING_MS,
    cluster: (id) => options.cluster(id),
    round: (of) => keep(options, of),
  });
}

async function keep(
  { db, log, identities, grant, onRights }: KeeperOptions,
  { clusterId, client, signal }: ClusterRound,
): Promise<number> {
  const missing = await missingRights(client.connection, identities.namespace, signal);
  if (signal.aborted) return KEPT_MS;
  onRights(clusterId, missing);
  const grants = new Map<KindId, Promise<EffectiveGrant>>();
  const grantOf = (kindId: KindId) => {
    const known = grants.get(kindId) ?? grant({ kindId, clusterId });
    grants.set(kindId, known);
    return known;
  };
  await forEachEnabled({
    db,
    log,
    clusterId,
    client,
    signal,
    failure: "the account of a deployment could not be made",
    async work({ id, namespace, kindId }, found) {
      const granted = await grantOf(kindId);
      const { podSecurity } = granted;
      await ensurePodSecurity(client, { name: namespace, podSecurity }, { found, signal });
      await identities.ensure(client, { deploymentId: id, namespace }, { grant: granted, signal });
    },
  });
  return missing.length > 0 ? LACKING_MS : KEPT_MS;
}
