import type { Logger } from "@platz/telemetry";

/** Says once that something is away, and once that it is back, however many calls fail between. */
export interface OutageLog {
  failed(error: unknown): void;
  worked(): void;
}

/** One for each thing that may be away, by its name. */
export function outageLogs(log: Logger): (what: string) => OutageLog {
  const logs = new Map<string, OutageLog>();
  return (what) => {
    const known = logs.get(what) ?? createOutageLog(log, what);
    logs.set(what, known);
    return known;
  };
}

export function createOutageLog(log: Logger, registry: string): OutageLog {
  let isOut = false;
  return {
    failed(error) {
      if (!isOut)
        log.warn({ error, registry }, "charts cannot be looked for now; trying again until they can");
      isOut = true;
    },
    worked() {
      if (isOut) log.info({ registry }, "charts can be looked for again");
      isOut = false;
    },
  };
}
