import type { ClusterId, EnvId } from "@platz/domain";
import { boolean, index, integer, text, unique, uuid } from "drizzle-orm/pg-core";
import { envs } from "./envs.ts";
import { createdAt, instant, primaryId, table } from "./table.ts";

export const k8sClusters = table(
  "k8s_clusters",
  {
    id: primaryId<ClusterId>(),
    envId: uuid()
      .$type<EnvId>()
      .references(() => envs.id),
    providerId: text().notNull(),
    createdAt: createdAt(),
    version: integer().notNull().default(1),
    lastSeenAt: instant().notNull().defaultNow(),
    name: text().notNull(),
    regionName: text().notNull(),
    isOk: boolean().notNull().default(true),
    notOkReason: text(),
    notOkSince: instant(),
    /** When the agent will try an unhealthy cluster again. */
    nextTryAt: instant(),
    ignore: boolean().notNull().default(true),
    ingressDomain: text(),
    ingressClass: text(),
    ingressTlsSecretName: text(),
    grafanaUrl: text(),
    grafanaDatasourceName: text(),
    /** The agent that watches this cluster and runs its tasks, and until when, unless it renews. */
    leaseOwner: text(),
    leaseExpiresAt: instant(),
  },
  (t) => [
    unique("k8s_clusters__provider_id").on(t.providerId),
    unique("k8s_clusters__ingress_domain").on(t.ingressDomain),
    index().on(t.envId),
  ],
);
