import { afterAll, beforeAll, expect, test } from "bun:test";
import { listen, openDatabase } from "@platz/db";
import { k8sClusters } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { ClusterId } from "@platz/domain";
import { insertTestCluster } from "@platz/services/testing";
import { after, done, KeyedQueue } from "@platz/worker";
import { until } from "../testing/agent-world.ts";
import { keptLog } from "../testing/fleet-world.ts";
import { ClusterLeases } from "./cluster-leases.ts";
import { rendezvousWinner } from "./rendezvous.ts";

const LEASE_MS = 1_500;

let db: TestDatabase;
let clusters: ClusterId[];
/** Which agent works on which cluster: two at once would be said by `both`. */
const holders = new Map<ClusterId, string>();
const both: string[] = [];
beforeAll(async () => {
  db = await createTestDatabase();
  const rows = await Promise.all(Array.from({ length: 100 }, () => insertTestCluster(db, null)));
  clusters = rows.map(({ id }) => id);
});
afterAll(() => db[Symbol.asyncDispose]());

/** An agent as far as leases go, with connections of its own. Killed, it says nothing more to anybody. */
function startAgent(owner: string) {
  const own = openDatabase(db.url, { max: 3 });
  const leases = new ClusterLeases({
    db: own,
    log: keptLog(),
    owner,
    leaseMs: LEASE_MS,
    clusters: () => clusters,
  });
  const looks = new KeyedQueue<ClusterId>(
    {
      name: "leases",
      async reconcile(id) {
        const letGo = async () => void (holders.get(id) === owner && holders.delete(id));
        const holding = await leases.settle(id, letGo);
        if (holding.is === "ignored") return done;
        if (holding.is === "elsewhere") return after(holding.lookMs);
        const other = holders.get(id);
        if (other !== undefined && other !== owner) both.push(id);
        holders.set(id, owner);
        return after(LEASE_MS / 3);
      },
    },
    { concurrency: 8, backoffMs: () => 100, onError: () => {} },
  );
  const feed = listen(own, {
    onChange: ({ id }) => looks.add(ClusterId.parse(id)),
    onResync: () => {},
  });
  void leases.announce(clusters).then(() => {
    for (const id of clusters) looks.add(id);
  });
  return {
    async stop() {
      await looks[Symbol.asyncDispose]();
      for (const id of heldBy(owner)) holders.delete(id);
      await leases[Symbol.asyncDispose]();
      await feed[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
    },
    async kill() {
      await feed[Symbol.asyncDispose]();
      await own.$client.end({ timeout: 0 });
      await looks[Symbol.asyncDispose]();
      await leases[Symbol.asyncDispose]();
      for (const id of heldBy(owner)) holders.delete(id);
    },
  };
}

const heldBy = (owner: string) => [...holders].filter(([, holder]) => holder === owner).map(([id]) => id);
const spreadOver = (owners: readonly string[]) => clusters.map((id) => [id, rendezvousWinner(id, owners)]);

/** What the database says, once every cluster is where it is to be among these agents. */
async function settled(owners: readonly string[]) {
  const wanted = new Map(spreadOver(owners) as [ClusterId, string][]);
  await until(async () => {
    const rows = await db.select({ id: k8sClusters.id, owner: k8sClusters.leaseOwner }).from(k8sClusters);
    return rows.every(({ id, owner }) => owner === wanted.get(id) && holders.get(id) === owner);
  }, 20_000);
  return new Map(holders);
}

/** The clusters that moved, and between whom. */
function moves(before: ReadonlyMap<ClusterId, string>, after: ReadonlyMap<ClusterId, string>) {
  const moved = [...before].filter(([id, owner]) => after.get(id) !== owner);
  return {
    from: new Set(moved.map(([, owner]) => owner)),
    to: new Set(moved.map(([id]) => after.get(id))),
    count: moved.length,
  };
}

test("agents spread clusters evenly; who comes takes its share alone, who leaves or dies gives up only its own, and none is ever held by two", async () => {
  const agents = Object.fromEntries(["a", "b", "c"].map((name) => [name, startAgent(name)]));
  const three = await settled(["a", "b", "c"]);
  for (const name of ["a", "b", "c"]) expect(heldBy(name).length).toBeGreaterThan(20);

  agents["d"] = startAgent("d");
  const four = await settled(["a", "b", "c", "d"]);
  expect([...moves(three, four).to]).toEqual(["d"]);
  expect(moves(three, four).count).toBe(heldBy("d").length);
  expect(heldBy("d").length).toBeGreaterThan(15);

  const killed = heldBy("b").length;
  await agents["b"]?.kill();
  const left = await settled(["a", "c", "d"]);
  expect(moves(four, left)).toMatchObject({ from: new Set(["b"]), count: killed });

  await agents["c"]?.stop();
  const two = await settled(["a", "d"]);
  expect([...moves(left, two).from]).toEqual(["c"]);

  expect(both).toEqual([]);
  await Promise.all([agents["a"]?.stop(), agents["d"]?.stop()]);
}, 60_000);
