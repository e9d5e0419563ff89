import { expect, test } from "bun:test";
import { z } from "zod";
import { loadConfig } from "./load-config.ts";
import { tracingSettings, tracingTarget } from "./tracing-settings.ts";

const target = (env: Record<string, string>) => tracingTarget(loadConfig(z.object(tracingSettings), env));

test("nothing is traced unless an endpoint is set", () => {
  expect(target({})).toEqual({ endpoint: undefined, headers: {}, share: 1 });
});

test("endpoint, headers and share are read as OpenTelemetry names and writes them", () => {
  expect(
    target({
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20abc, x-tenant=a=b",
      OTEL_TRACES_SAMPLER_ARG: "0.25",
    }),
  ).toEqual({
    endpoint: "http://collector:4318",
    headers: { authorization: "Bearer abc", "x-tenant": "a=b" },
    share: 0.25,
  });
});

test("what cannot be read is named, without its value", () => {
  const wrong = () => target({ OTEL_EXPORTER_OTLP_HEADERS: "hunter2", OTEL_TRACES_SAMPLER_ARG: "2" });
  expect(wrong).toThrow("OTEL_EXPORTER_OTLP_HEADERS");
  expect(wrong).toThrow("OTEL_TRACES_SAMPLER_ARG");
  expect(wrong).not.toThrow("hunter2");
});
