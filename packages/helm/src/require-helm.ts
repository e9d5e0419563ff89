import { Unavailable } from "@platz/domain";
import type { HelmRunner } from "./helm-runner.ts";

const MAJOR_MIN = 4;

/** The version of the runner's Helm, or `Unavailable` with what to do if it is none that is supported (4 or newer). */
export async function requireHelm(runner: HelmRunner): Promise<string> {
  const result = await runner.run({ command: "version" });
  const version = result.answer.trim();
  const major = /^v?(\d+)\./.exec(version)?.[1];
  if (result.failure !== undefined || major === undefined) {
    throw new Unavailable("The configured helm does not tell its version; install Helm 4 and set its path.", {
      cause: new Error(result.failure ?? version),
    });
  }
  if (Number(major) < MAJOR_MIN) {
    throw new Unavailable(
      `Helm ${MAJOR_MIN} or newer is needed, but the configured helm is ${version}; install Helm 4.`,
    );
  }
  return version;
}
