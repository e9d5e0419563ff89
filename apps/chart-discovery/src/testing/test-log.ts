import { createLogger, type Logger } from "@platz/telemetry";

/** A logger whose lines can be looked at. */
export function testLog(): { readonly log: Logger; messages(): string[]; lines(): readonly string[] } {
  const lines: string[] = [];
  const log = createLogger({
    name: "test",
    level: "debug",
    destination: { write: (line: string) => void lines.push(line) },
  });
  return { log, messages: () => lines.map((line) => JSON.parse(line).msg), lines: () => lines };
}
