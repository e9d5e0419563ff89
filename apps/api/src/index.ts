export { type ApiParts, type RunningApi, startApi } from "./compose.ts";
export { createServer, type ServerDependencies } from "./server.ts";
export { ApiSettings } from "./settings.ts";
