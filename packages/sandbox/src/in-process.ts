import { type Jobs, jobs } from "./jobs/index.ts";
import type { JobRegistry, Sandbox } from "./sandbox.ts";
import { SandboxFailure } from "./sandbox-failure.ts";

/** Runs jobs in this process: for tests, for runtimes without processes, and for one that was started to run jobs. */
export function inProcessSandbox(): Sandbox<Jobs> {
  return inProcessSandboxOf(jobs);
}

/** The same for any jobs. */
export function inProcessSandboxOf<Registry extends JobRegistry>(registry: Registry): Sandbox<Registry> {
  return {
    async run(name, input) {
      const job = Object.hasOwn(registry, name) ? registry[name] : undefined;
      if (typeof job !== "function") throw new SandboxFailure("failed", `There is no job ${name}.`);
      try {
        return copyOf(await job(copyOf(input)));
      } catch (cause) {
        throw new SandboxFailure("failed", "It cannot be computed.", { cause });
      }
    },
  };
}

/** As it would come from another process. */
function copyOf<Value>(value: Value): Value {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
