export { StatusUpdatesSettings } from "./settings.ts";
export { type StatusUpdatesParts, startStatusUpdates } from "./start-status-updates.ts";
