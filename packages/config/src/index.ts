export { type CommandLine, flagOf, type ProcessDescription, readCommandLine } from "./command-line.ts";
export {
  DatabaseSettings,
  type DatabaseTarget,
  type DatabaseTls,
  databaseSettings,
  databaseTarget,
} from "./database-settings.ts";
export { duration, parseDuration } from "./duration.ts";
export { list } from "./list.ts";
export { ConfigError, loadConfig } from "./load-config.ts";
export { memorySize } from "./memory-size.ts";
export { plainHttpSettings, requireHttps } from "./plain-http.ts";
export { reservedHosts } from "./reserved-hosts.ts";
export { restartWith } from "./restart-with.ts";
export { runProcess } from "./run-process.ts";
export { tracingSettings, tracingTarget } from "./tracing-settings.ts";
