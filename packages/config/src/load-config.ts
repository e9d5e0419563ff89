import type { z } from "zod";

/** Settings that are missing or malformed, by name. Values are left out: some are secrets. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Reads a process's settings once, at start, or says everything that is wrong with them at once. */
export function loadConfig<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined> = process.env,
): z.output<Schema> {
  // An empty variable is an unset one: `FOO= command` is how people clear a setting.
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues
      .map((issue) => {
        const name = issue.path.join(".") || "settings";
        const missing = issue.code === "invalid_type" && issue.path.length > 0 && set[name] === undefined;
        return `${name}: ${missing ? "is not set, and has no default" : issue.message}`;
      })
      .join("\n"),
  );
}
