export { inProcessSandbox } from "./in-process.ts";
export type { Jobs } from "./jobs/index.ts";
export type { JobInput, JobOutput, Sandbox } from "./sandbox.ts";
export { SandboxFailure, type SandboxFailureKind } from "./sandbox-failure.ts";
