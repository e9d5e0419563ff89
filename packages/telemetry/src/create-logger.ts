import { type DestinationStream, type Logger as PinoLogger, pino } from "pino";
import { redact, redactText } from "./redact.ts";

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Which process speaks. */
  readonly name: string;
  readonly level: LogLevel;
  /** Where the lines go; standard output when not given. */
  readonly destination?: DestinationStream;
}

/**
 * A logger of JSON lines, on standard output unless told otherwise. Secrets do not get through it: see `redact`. An
 * error is logged whole, with its causes, under `error` (or `err`).
 */
export function createLogger({ name, level, destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    base: { name },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    // Left alone here, since `log` below redacts errors wherever they stand.
    serializers: { err: (error: unknown) => error },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: object) => redact(fields) as Record<string, unknown>,
    },
    hooks: {
      logMethod(this: PinoLogger, args: Parameters<PinoLogger["info"]>, method: PinoLogger["info"]) {
        return method.apply(this, args.map(plain) as Parameters<PinoLogger["info"]>);
      },
    },
  };
  return withRedactedChildren(destination === undefined ? pino(options) : pino(options, destination));
}

/** Pino formats the fields of a child by themselves, past the formatters. Children inherit the method from the root. */
function withRedactedChildren(log: Logger): Logger {
  const { child } = log;
  const redacting = function (this: Logger, fields: pino.Bindings, options?: pino.ChildLoggerOptions) {
    return Reflect.apply(child, this, [redact(fields), options]) as Logger;
  };
  return Object.assign(log, { child: redacting });
}

function plain(argument: unknown, index: number): unknown {
  if (typeof argument === "string" || index > 0) return redact(argument);
  // Pino would take the message of a bare error unredacted for the line's own.
  return argument instanceof Error ? { error: argument, msg: redactText(argument.message) } : argument;
}
