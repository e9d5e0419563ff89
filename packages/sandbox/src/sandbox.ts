import type { Jobs } from "./jobs/index.ts";

// biome-ignore lint/suspicious/noExplicitAny: whatever a registry says of its own jobs
type AnyJob = (input: any) => unknown;
/** Pure functions of JSON, by name. */
export type JobRegistry = object;

type JobOf<Registry extends JobRegistry, Name extends keyof Registry> = Extract<Registry[Name], AnyJob>;
export type JobInput<Registry extends JobRegistry, Name extends keyof Registry> = Parameters<
  JobOf<Registry, Name>
>[0];
export type JobOutput<Registry extends JobRegistry, Name extends keyof Registry> = Awaited<
  ReturnType<JobOf<Registry, Name>>
>;

/**
 * Runs jobs, whose inputs somebody else wrote, where nothing else is held up by them. A port: by processes that can be
 * ended (`@platz/sandbox/process`), or within this one.
 */
export interface Sandbox<Registry extends JobRegistry = Jobs> {
  /** What a job makes of its input, both as JSON. Throws a `SandboxFailure`. */
  run<Name extends keyof Registry & string>(
    name: Name,
    input: JobInput<Registry, Name>,
  ): Promise<JobOutput<Registry, Name>>;
}
