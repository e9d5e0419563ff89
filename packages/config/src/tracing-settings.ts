import { z } from "zod";

const header = /^([\w!#$%&'*+.^`|~-]+)=(.*)$/;

/** Where every process sends traces, if anywhere, by the names that OpenTelemetry has for it; spread these into the process's own settings. */
export const tracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, message: "must be an http:// or https:// address" })
    .optional()
    .describe("Where traces are sent, by OTLP over HTTP; nothing is traced when not set."),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .prefault("")
    .transform((text, context) =>
      Object.fromEntries(
        text
          .split(",")
          .filter((part) => part.trim() !== "")
          .map((part) => {
            const [, name = "", value = ""] = header.exec(part.trim()) ?? [];
            if (name === "") context.addIssue({ code: "custom", message: "must be name=value, by commas" });
            return [name, decoded(value)];
          }),
      ),
    )
    .describe("Headers sent with them, as name=value by commas, values percent-encoded."),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number("must be a number")
    .min(0)
    .max(1)
    .prefault("1")
    .describe("Share of the traces that begin here which are kept, from 0 to 1."),
};

const TracingSettings = z.object(tracingSettings);
export type TracingSettings = z.output<typeof TracingSettings>;

/** What `openTracing` of `@platz/telemetry` takes. */
export function tracingTarget(settings: TracingSettings) {
  return {
    endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: settings.OTEL_EXPORTER_OTLP_HEADERS,
    share: settings.OTEL_TRACES_SAMPLER_ARG,
  };
}

/** A value that is not well encoded is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
