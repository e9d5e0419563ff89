import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "./child-process.ts";
import { isAlive } from "./stack-file.ts";
import { waitUntil } from "./wait-until.ts";

let logFolder = "";
beforeAll(async () => {
  logFolder = await mkdtemp(join(tmpdir(), "platz-child-"));
});
afterAll(() => rm(logFolder, { recursive: true, force: true }));

test("a killed parent leaves no child", async () => {
  const holder = join(import.meta.dirname, "testing", "hold-child.ts");
  const parent = Bun.spawn([process.execPath, holder, logFolder], { stdout: "pipe", stderr: "inherit" });
  const { value } = await parent.stdout.getReader().read();
  const pid = Number(new TextDecoder().decode(value));
  expect(isAlive(pid)).toBe(true);
  parent.kill("SIGKILL");
  await waitUntil("The end of the child", async () => !isAlive(pid), { timeoutMs: 5_000 });
});

test("a child is asked to end, and killed when it does not", async () => {
  const stubborn = await startChild({
    name: "stubborn",
    command: ["/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"],
    logFolder,
    env: { PATH: "/usr/bin:/bin" },
    stopTimeoutMs: 200,
  });
  await waitUntil("The child", async () => (await readFile(stubborn.logFile, "utf8")).includes("ready"), {
    timeoutMs: 5_000,
  });
  await stubborn[Symbol.asyncDispose]();
  expect(await stubborn.exited).toBe("signal SIGKILL");
  expect(isAlive(stubborn.pid)).toBe(false);
});

test("nothing of this process's environment reaches a child but what it is given", async () => {
  const child = await startChild({
    name: "environment",
    command: ["/usr/bin/env"],
    logFolder,
    env: { GIVEN: "yes" },
  });
  await child.exited;
  expect(await readFile(child.logFile, "utf8")).toBe("GIVEN=yes\n");
});

test("waiting for a process that has ended fails at once, and names its log", async () => {
  const gone = await startChild({ name: "gone", command: ["/nowhere/at/all"], logFolder });
  const waiting = waitUntil("The service", async () => false, { timeoutMs: 60_000, of: gone });
  expect(await waiting.catch(String)).toMatch(/The service ended at start \(.+\); see .+\/gone\.log\./);
});
