import { type Database, listen } from "@platz/db";
import { ClusterId } from "@platz/domain";
import type { ClusterFleet } from "./clusters/cluster-fleet.ts";
import type { ClusterRounds } from "./clusters/cluster-rounds.ts";
import type { TaskEngine } from "./engine/task-engine.ts";
import type { ClusterQuestions } from "./questions/cluster-questions.ts";
import type { ResourceHooks } from "./resource-hooks/resource-hooks.ts";
import type { UpgradePolicies } from "./upgrade-policies/upgrade-policies.ts";

/** Changes of tasks, clusters and resources, as hints: those who work on them look for themselves. */
export function followHints(
  db: Database,
  {
    fleet,
    engine,
    hooks,
    questions,
    policies,
    keeper,
  }: {
    readonly fleet: ClusterFleet;
    readonly engine: TaskEngine;
    readonly hooks: ResourceHooks;
    readonly questions: ClusterQuestions;
    readonly policies: UpgradePolicies;
    readonly keeper: ClusterRounds;
  },
): AsyncDisposable {
  const grants = {
    wake() {
      for (const id of fleet.connected()) keeper.add(id);
    },
  };
  const woken = new Map<string, { wake(): void }>([
    ["deployment_resources", hooks],
    ["cluster_questions", questions],
    ["kind_grants", grants],
    ["helm_charts", policies],
    ["upgrade_policies", policies],
  ]);
  return listen(db, {
    onChange({ table, id }) {
      if (table === "deployment_tasks") engine.hint(id);
      woken.get(table)?.wake();
      const cluster = table === "k8s_clusters" ? ClusterId.safeParse(id) : undefined;
      if (cluster?.success) fleet.look(cluster.data);
    },
    onResync() {
      fleet.lookAtAll();
      engine.wake();
      hooks.wake();
      questions.wake();
      policies.wake();
      grants.wake();
      engine.checkCancellations();
    },
  });
}
