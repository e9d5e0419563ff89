import { afterAll, beforeAll, expect, test } from "bun:test";
import { deployments, k8sResources } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import {
  type DeploymentId,
  Forbidden,
  Invalid,
  K8sResourceId,
  type K8sResourceKind,
  NotFound,
  PreconditionFailed,
} from "@platz/domain";
import { eq } from "drizzle-orm";
import { createDeployment } from "../deployment/create.ts";
import { deleteDeployment } from "../deployment/delete.ts";
import { updateDeployment } from "../deployment/update.ts";
import { createTestWorld, startTask, type TestWorld } from "../testing.ts";
import { requestDeploymentTask } from "./request.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const paint = (body: unknown) => ({ kind: "InvokeAction", actionId: "paint", body: body as never }) as const;
const wipe = { kind: "InvokeAction", actionId: "wipe", body: {} } as const;
const reinstall = { kind: "Reinstall", reason: "to be sure" } as const;

async function insertResource(deploymentId: DeploymentId, kind: K8sResourceKind) {
  const id = K8sResourceId.parse(crypto.randomUUID());
  await db.insert(k8sResources).values({
    id,
    clusterId: world.cluster.id,
    deploymentId,
    kind,
    apiVersion: "apps/v1",
    name: `the-${kind.toLowerCase()}`,
    statusColor: ["success"],
    metadata: {},
  });
  return id;
}

test("a maintainer invokes an action that the chart allows maintainers", async () => {
  const { id } = await world.installed();
  const task = await requestDeploymentTask(world.maintainer, {
    deploymentId: id,
    operation: paint({ coats: 2 }),
  });
  expect(task).toMatchObject({
    status: "Pending",
    operation: { kind: "InvokeAction", helmChartId: world.chart.id, actionId: "paint", body: { coats: 2 } },
  });
});

test("a deployment invokes actions in its own env as a maintainer would, and in no other", async () => {
  const { id } = await world.installed();
  const self = await world.as({ kind: "Deployment", id });
  await requestDeploymentTask(self, { deploymentId: id, operation: paint({ coats: 2 }) });
  await expect(requestDeploymentTask(self, { deploymentId: id, operation: wipe })).rejects.toThrow(Forbidden);
  const elsewhere = await createTestWorld(db);
  const other = await elsewhere.installed();
  await expect(
    requestDeploymentTask(self, { deploymentId: other.id, operation: paint({ coats: 2 }) }),
  ).rejects.toThrow(NotFound);
});

test("an action for owners is refused to maintainers", async () => {
  const { id } = await world.installed();
  await expect(
    requestDeploymentTask(world.maintainer, { deploymentId: id, operation: wipe }),
  ).rejects.toThrow(Forbidden);
  await requestDeploymentTask(world.owner, { deploymentId: id, operation: wipe });
});

test("an action limited to a status is refused while the deployment reports another one", async () => {
  const { id } = await world.installed();
  const report = (name: string) =>
    db
      .update(deployments)
      .set({
        reportedStatus: {
          timestamp: new Date().toISOString(),
          get_successful: true,
          content: { status: { name, color: "primary" } },
          error: null,
        },
      })
      .where(eq(deployments.id, id));
  await report("Busy");
  const error = await requestDeploymentTask(world.owner, { deploymentId: id, operation: wipe }).catch(
    (e) => e,
  );
  expect(error).toBeInstanceOf(PreconditionFailed);
  expect(error.message).toContain("Idle");
  await report("Idle");
  await requestDeploymentTask(world.owner, { deploymentId: id, operation: wipe });
});

test.each([[{}], [{ coats: "two" }], ["coats"]])(
  "the inputs %p do not fit the action's form, which names the field",
  async (body) => {
    const { id } = await world.installed();
    const error = await requestDeploymentTask(world.maintainer, {
      deploymentId: id,
      operation: paint(body),
    }).catch((e) => e);
    expect(error).toBeInstanceOf(Invalid);
    expect(error.message).toMatch(/body(\.coats)?: /);
  },
);

test("an action that the chart does not have is not found", async () => {
  const { id } = await world.installed();
  const operation = { kind: "InvokeAction", actionId: "fly", body: {} } as const;
  await expect(requestDeploymentTask(world.owner, { deploymentId: id, operation })).rejects.toThrow(NotFound);
});

test("nothing is asked of a deployment that is disabled or being deleted", async () => {
  const { id, version } = await world.installed();
  await updateDeployment(world.owner, { id, version, enabled: false });
  await expect(
    requestDeploymentTask(world.owner, { deploymentId: id, operation: reinstall }),
  ).rejects.toThrow("is disabled");
  await deleteDeployment(world.owner, id);
  await expect(
    requestDeploymentTask(world.owner, { deploymentId: id, operation: reinstall }),
  ).rejects.toThrow("being deleted");
});

test.each(["Deployment", "StatefulSet", "Pod"] as const)(
  "a %s of the deployment is restarted by name",
  async (kind) => {
    const { id } = await world.installed();
    const resourceId = await insertResource(id, kind);
    const operation = { kind: "RestartK8sResource", resourceId } as const;
    const task = await requestDeploymentTask(world.maintainer, { deploymentId: id, operation });
    expect(task.operation).toMatchObject({ resourceId, resourceName: `the-${kind.toLowerCase()}` });
  },
);

test("a Job is not restarted, nor a workload of another deployment", async () => {
  const { id } = await world.installed();
  const other = await world.installed();
  const job = { kind: "RestartK8sResource", resourceId: await insertResource(id, "Job") } as const;
  await expect(requestDeploymentTask(world.owner, { deploymentId: id, operation: job })).rejects.toThrow(
    "cannot be restarted",
  );
  const foreign = {
    kind: "RestartK8sResource",
    resourceId: await insertResource(other.id, "Deployment"),
  } as const;
  await expect(requestDeploymentTask(world.owner, { deploymentId: id, operation: foreign })).rejects.toThrow(
    NotFound,
  );
});

test("a Reinstall that is asked for twice is one task with both reasons", async () => {
  const { id } = await world.installed();
  const first = await requestDeploymentTask(world.maintainer, { deploymentId: id, operation: reinstall });
  const again = { ...reinstall, reason: "once more" };
  const second = await requestDeploymentTask(world.owner, { deploymentId: id, operation: again });
  expect(second.id).toBe(first.id);
  expect(second.operation).toMatchObject({ reason: "to be sure; once more" });
});

test("a Reinstall that runs already is not joined: it may have read the old values", async () => {
  const { id } = await world.installed();
  const first = await requestDeploymentTask(world.maintainer, { deploymentId: id, operation: reinstall });
  await startTask(db, first.id);
  const second = await requestDeploymentTask(world.maintainer, { deploymentId: id, operation: reinstall });
  expect(second.id).not.toBe(first.id);
});

test("a deployment that was never installed is not reinstalled", async () => {
  const { id } = await createDeployment(world.owner, world.newDeployment());
  await expect(
    requestDeploymentTask(world.owner, { deploymentId: id, operation: reinstall }),
  ).rejects.toThrow(PreconditionFailed);
});
