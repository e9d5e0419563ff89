// An engine in a process of its own whose runs do nothing but say when they begin and end, for the race.
import { openDatabase } from "@platz/db";
import { holdClusterLease } from "@platz/db/queries/k8s-cluster-agent";
import { k8sClusters } from "@platz/db/schema";
import { every } from "@platz/worker";
import { sql } from "drizzle-orm";
import { TaskEngine } from "../engine/task-engine.ts";
import { engineOptions, scripted } from "./queue-world.ts";

const [url = "", owner = ""] = process.argv.slice(2);
const CLUSTER_LEASE_MS = 900;
await using db = openDatabase(url, { applicationName: owner });
const clusters = await db.select({ id: k8sClusters.id }).from(k8sClusters);

/** Takes over whatever clusters nobody holds any more. */
async function hold(): Promise<void> {
  for (const { id } of clusters) await holdClusterLease(db, { id, owner, leaseMs: CLUSTER_LEASE_MS });
}
await hold();
using _holding = every(CLUSTER_LEASE_MS / 4, hold, () => undefined);

const engine = new TaskEngine({
  ...engineOptions(db),
  owner,
  pollMs: 50,
  leaseMs: 1_200,
  heartbeatMs: 200,
  deathsMax: 1000,
  runners: scripted(async ({ task, step }) => {
    const say = (what: string) =>
      db.execute(sql`insert into race_runs (deployment_id, task_id, fence, what)
        values (${task.deploymentId}, ${task.id}, ${task.fence}, ${what})`);
    await step("begin");
    await say("begin");
    await Bun.sleep(10);
    await step("end");
    await say("end");
    return undefined;
  }),
});
process.on("SIGTERM", () => void engine[Symbol.asyncDispose]().then(() => process.exit(0)));
await new Promise(() => {});
