export { type AgentParts, startAgent } from "./compose.ts";
export { AgentSettings } from "./settings.ts";
