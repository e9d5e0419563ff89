import { z } from "zod";

/** Where a process sends its traces; spread these into the process's own settings. */
export const tracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, message: "must be an http:// or https:// address" })
    .optional()
    .describe("Where OpenTelemetry traces are sent, by OTLP over HTTP; without it none are recorded."),
};
