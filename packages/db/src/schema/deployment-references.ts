import type { DeploymentId } from "@platz/domain";
import { index, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { deployments } from "./deployments.ts";
import { table } from "./table.ts";

/**
 * What a deployment's saved inputs refer to, so that "who uses this?" is one indexed question (API spec 7.3). Written
 * in the transaction that saves the inputs. `collection` is the collection's name as messages show it.
 */
export const deploymentReferences = table(
  "deployment_references",
  {
    deploymentId: uuid()
      .$type<DeploymentId>()
      .notNull()
      .references(() => deployments.id, { onDelete: "cascade" }),
    collection: text().notNull(),
    itemId: uuid().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.deploymentId, t.collection, t.itemId] }),
    index().on(t.collection, t.itemId),
  ],
);
