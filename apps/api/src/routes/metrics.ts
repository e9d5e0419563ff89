import type { Metrics } from "@platz/telemetry";
import { Elysia } from "elysia";

/** `/metrics` in the text format of Prometheus. */
export function metricsRoutes(metrics: Metrics) {
  return new Elysia().get("/metrics", async () => {
    const { body, contentType } = await metrics.expose();
    return new Response(body, { headers: { "content-type": contentType } });
  });
}
