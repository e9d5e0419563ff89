export type { Caller, Verifier } from "./caller/caller.ts";
export { createVerifier, type Fetch, type VerifierOptions } from "./caller/create-verifier.ts";
export { Refusal } from "./refusal.ts";
export { combine } from "./serve/combine.ts";
export type { Handler, HandlerOptions } from "./serve/handler.ts";
export {
  type Action,
  type ActionCall,
  type ActionDefinition,
  type ActionsOptions,
  action,
  type Method,
  serveActions,
} from "./serve/serve-actions.ts";
export {
  type RawProps,
  type Resource,
  type ResourceCall,
  type ResourcesOptions,
  type ResourceType,
  type ResourceTypeDefinition,
  resourceType,
  serveResources,
} from "./serve/serve-resources.ts";
export { type StatusOptions, serveStatus } from "./serve/serve-status.ts";
export type { Color, Metric, Notice, Status } from "./serve/status.ts";
