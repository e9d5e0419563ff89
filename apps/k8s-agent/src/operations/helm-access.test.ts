import { expect, test } from "bun:test";
import { DeploymentTaskId } from "@platz/domain";
import type { HelmResult, HelmRunner } from "@platz/helm";
import { helmAccess } from "./helm-access.ts";
import type { RunContext } from "./operation-runner.ts";
import { runHelm } from "./run-helm.ts";

const MINUTE = 60_000;
const connection = { context: "here", server: "https://127.0.0.1:1", token: "a-token" };

/** A run whose cluster gives tokens of this life, whatever is asked for. */
function contextWith({ lifeMs, timeoutMs }: { readonly lifeMs: number; readonly timeoutMs: number }) {
  const asked: number[] = [];
  const identities = {
    access: async (_cluster: unknown, _id: unknown, wanted: { readonly lifeMs: number }) => {
      asked.push(wanted.lifeMs);
      return { connection, token: "a-token", expiresAt: new Date(Date.now() + lifeMs) };
    },
  };
  const task = { id: DeploymentTaskId.parse(crypto.randomUUID()), deploymentId: "d", attempt: 1 };
  const signals = { signal: new AbortController().signal, killSignal: new AbortController().signal };
  const given = { identities, task, timeoutMs, home: {}, ...signals, log() {}, hide() {} };
  return { asked, context: given as unknown as RunContext };
}

test("a token is asked for as long as the task may take, and ten minutes more", async () => {
  const { asked, context } = contextWith({ lifeMs: 40 * MINUTE, timeoutMs: 30 * MINUTE });
  const access = await helmAccess(context, context.home);
  expect(asked).toEqual([40 * MINUTE]);
  expect(access.limit).toBeUndefined();
});

test("where a cluster gives shorter tokens Helm is stopped before they end, and the reason says why", async () => {
  const { context } = contextWith({ lifeMs: MINUTE + 50, timeoutMs: 30 * MINUTE });
  const access = await helmAccess(context, context.home);
  expect(access.limit?.afterMs).toBeLessThanOrEqual(50);
  const untilStopped: HelmRunner["run"] = (_request, run = {}) =>
    new Promise<HelmResult>((resolve) => {
      run.signal?.addEventListener("abort", () =>
        resolve({ exit: null, cancelled: true, answer: "", failure: "Helm was killed." }),
      );
    });
  const helm: HelmRunner = { run: untilStopped, resume: async () => undefined };
  const result = await runHelm({ ...context, helm }, { access, confidential: [] }, () => ({
    command: "version",
  }));
  expect(result).toMatchObject({
    cancelled: false,
    failure: expect.stringContaining("the cluster gives tokens of 1 min at most"),
  });
});
