import { inProcessSandboxOf } from "./in-process.ts";
import { sandboxConformance } from "./sandbox.conformance.ts";
import { hostileJobs } from "./testing/hostile-jobs.ts";

sandboxConformance(() => inProcessSandboxOf(hostileJobs));
