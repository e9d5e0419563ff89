import { StatusDocument } from "@platz/chart-ext";
import type { Caller } from "../caller/caller.ts";
import { createHandler, type Handler, type HandlerOptions } from "./handler.ts";
import type { Metric, Status } from "./status.ts";

export interface StatusOptions extends HandlerOptions {
  /** `path` of the `status` feature of the chart; `/platz/status` unless told. */
  readonly path?: string;
  /** What the application says of itself now. Asked every few seconds, and given up after ten. */
  readonly status: (caller: Caller) => Status | Promise<Status>;
}

/**
 * Answers Platz, when it asks how the application is, with a status document that it accepts. One that it would not
 * accept is told to `onError`, and answered as a failure.
 */
export function serveStatus({ path = "/platz/status", status, ...options }: StatusOptions): Handler {
  return createHandler(options, [
    {
      method: "GET",
      path,
      async answer({ caller }) {
        const document = statusDocument(await status(caller));
        return Response.json(document, { headers: { "cache-control": "no-store" } });
      },
    },
  ]);
}

/** A status as it goes over the wire. Throws when it is not one that Platz accepts. */
export function statusDocument({ status, primaryMetric, metrics, notices }: Status): object {
  const document = {
    status,
    ...(primaryMetric && { primary_metric: metricDocument(primaryMetric) }),
    ...(metrics && { metrics: metrics.map(metricDocument) }),
    ...(notices && { notices }),
  };
  const { success, error } = StatusDocument.safeParse(document);
  if (success) return document;
  const issues = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new TypeError(`the status is not valid: ${issues.join("; ")}`);
}

function metricDocument({ value, unit, shortDescription, color }: Metric) {
  return { value, unit, short_description: shortDescription, ...(color && { color }) };
}
