import { afterAll, beforeAll, expect, test } from "bun:test";
import { k8sClusters } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { type DeploymentId, DomainError, type SecretId } from "@platz/domain";
import { eq } from "drizzle-orm";
import { updateCluster } from "./cluster/update.ts";
import { createDeployment } from "./deployment/create.ts";
import { deleteDeployment } from "./deployment/delete.ts";
import { getDeployment } from "./deployment/get.ts";
import { updateDeployment } from "./deployment/update.ts";
import { requestDeploymentTask } from "./deployment-task/request.ts";
import { getEnv } from "./env/get.ts";
import { updateEnv } from "./env/update.ts";
import { createSecret } from "./secret/create.ts";
import { deleteSecret } from "./secret/delete.ts";
import { updateSecret } from "./secret/update.ts";
import { createTestWorld, operationsOf, type TestWorld } from "./testing.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const ROUNDS = 12;
const AT_ONCE = 16;

/** The same sequence of choices at each run, so that a failure can be seen again. */
function choices(seed: number) {
  let state = seed;
  return (max: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * max);
  };
}

test("verbs that run at the same moment answer or refuse, and never get in each other's way", async () => {
  const world = await createTestWorld(db);
  const secrets: SecretId[] = [];
  for (const name of ["a", "b", "c"]) {
    secrets.push(
      (await createSecret(world.envAdmin, { envId: world.env.id, collection: "c", name, contents: name })).id,
    );
  }
  const deployments: DeploymentId[] = [];
  for (let count = 0; count < 5; count += 1) deployments.push((await world.installed()).id);

  const choose = choices(7);
  const verbs: ((world: TestWorld) => Promise<unknown>)[] = [
    () => edit({ config: { size: 1 + choose(9), vault: any(secrets), peer: any(deployments) } }),
    () => edit({ config: { size: 1 + choose(9), peer: any(deployments) } }),
    () => edit({ name: `r${choose(1000)}` }),
    () => edit({ enabled: choose(2) === 1 }),
    () => updateSecret(world.envAdmin, { id: any(secrets), contents: String(choose(1000)) }),
    () => deleteSecret(world.envAdmin, any(secrets)),
    async () => deployments.push((await createDeployment(world.owner, newDeployment())).id),
    () => deleteDeployment(world.owner, any(deployments)),
    async () => {
      const { id, version } = await getEnv(world.siteAdmin, world.env.id);
      return await updateEnv(world.siteAdmin, { id, version, nodeSelector: { pool: `p${choose(1000)}` } });
    },
    () => updateCluster(world.siteAdmin, { id: world.cluster.id, envId: null }),
    () =>
      requestDeploymentTask(world.owner, {
        deploymentId: any(deployments),
        operation: { kind: "Reinstall", reason: `r${choose(10)}` },
      }),
    // What agents do all the time.
    () => db.update(k8sClusters).set({ lastSeenAt: new Date() }).where(eq(k8sClusters.id, world.cluster.id)),
  ];
  const any = <Item>(items: readonly Item[]): Item => items[choose(items.length)] as Item;
  const newDeployment = () =>
    world.newDeployment({ config: { size: 1, vault: any(secrets), peer: any(deployments) } });
  async function edit(changes: {
    config?: Record<string, string | number>;
    name?: string;
    enabled?: boolean;
  }) {
    const { id, version } = await getDeployment(world.owner, any(deployments));
    return await updateDeployment(world.owner, { id, version, ...changes });
  }

  let done = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const running = Array.from({ length: AT_ONCE }, () => any(verbs)(world));
    for (const result of await Promise.allSettled(running)) {
      if (result.status === "fulfilled") done += 1;
      else if (!(result.reason instanceof DomainError)) throw result.reason;
    }
  }
  expect(done).toBeGreaterThan(ROUNDS);
  for (const id of deployments) {
    const waiting = (await operationsOf(db, id)).filter(({ kind }) => kind === "Reinstall");
    expect(waiting.length).toBeLessThanOrEqual(1);
  }
});

test("two deployments that use each other are edited at once, again and again", async () => {
  const world = await createTestWorld(db);
  const one = await world.installed();
  const two = await world.installed({ config: { size: 1, peer: one.id } });
  await updateDeployment(world.owner, {
    id: one.id,
    version: one.version,
    config: { size: 1, peer: two.id },
  });
  for (let round = 2; round < 30; round += 1) {
    const edits = [
      [one.id, two.id],
      [two.id, one.id],
    ] as const;
    await Promise.all(
      edits.map(async ([id, peer]) => {
        const { version } = await getDeployment(world.owner, id);
        await updateDeployment(world.owner, { id, version, config: { size: 1 + (round % 9), peer } });
      }),
    );
  }
});
