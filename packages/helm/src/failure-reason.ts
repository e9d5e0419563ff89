const LENGTH_MAX = 2_000;
/** Lines of the client libraries' loggers and of Helm's own warnings. */
const loggers = /^(level=|time=\S+ level=|WARNING: |[IWEF]\d{4} \d\d:\d\d:\d\d)/;

/** Whether a line is a logger's, and not what Helm was asked for. */
export const isOfLogger = (line: string): boolean => loggers.test(line);

/**
 * Helm's own message from what it wrote to standard error: from its last `Error: ` on, without the lines of loggers,
 * at most 2,000 characters. `undefined` when there is none to be found.
 */
export function failureReason(output: string): string | undefined {
  const lines = output.split("\n").filter((line) => !isOfLogger(line) && line.trim() !== "");
  const start = lines.findLastIndex((line) => line.startsWith("Error: "));
  const relevant = start === -1 ? lines.slice(-1) : lines.slice(start);
  const reason = relevant
    .join("\n")
    .replace(/^Error: /, "")
    .trim();
  if (reason === "") return undefined;
  return reason.length > LENGTH_MAX ? `${reason.slice(0, LENGTH_MAX - 1)}…` : reason;
}
