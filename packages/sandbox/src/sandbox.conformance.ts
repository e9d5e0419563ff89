import { expect, test } from "bun:test";
import type { Sandbox } from "./sandbox.ts";
import type { HostileJobs } from "./testing/hostile-jobs.ts";

/** What every sandbox promises. */
export function sandboxConformance(open: () => Sandbox<HostileJobs> & Partial<AsyncDisposable>): void {
  async function using(work: (sandbox: Sandbox<HostileJobs>) => Promise<void>) {
    const sandbox = open();
    try {
      await work(sandbox);
    } finally {
      await sandbox[Symbol.asyncDispose]?.();
    }
  }

  test("a job gets its input and gives its output, as JSON", () =>
    using(async (sandbox) => {
      const input = { a: [1, "ä😀", null, { "": false }], dropped: undefined };
      expect(await sandbox.run("echo", input)).toEqual({ a: [1, "ä😀", null, { "": false }] });
      expect(await sandbox.run("tells", { characters: 3_000_000 })).toHaveLength(3_000_000);
    }));

  test.each(["throws", "overflows"] as const)("a job that %s has failed, and the next one runs", (name) =>
    using(async (sandbox) => {
      await expect(sandbox.run(name, undefined as never)).rejects.toMatchObject({
        name: "SandboxFailure",
        kind: "failed",
        message: "It cannot be computed.",
      });
      expect(await sandbox.run("echo", 1)).toBe(1);
    }),
  );

  test("a job that is not in the registry has failed", () =>
    using(async (sandbox) => {
      await expect(sandbox.run("constructor" as "echo", 1)).rejects.toMatchObject({ kind: "failed" });
    }));

  test("many jobs at once are all run", () =>
    using(async (sandbox) => {
      const numbers = Array.from({ length: 50 }, (_, number) => number);
      expect(await Promise.all(numbers.map((number) => sandbox.run("echo", number)))).toEqual(numbers);
    }));
}
