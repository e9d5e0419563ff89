export { createLogger, type Logger, type LoggerOptions, type LogLevel, logLevels } from "./create-logger.ts";
export { createMetrics, type Metrics, type MetricsOptions, type MetricsSources } from "./create-metrics.ts";
export { redactText } from "./redact.ts";
export type { LabelledCount, RowCounts } from "./row-gauges.ts";
export {
  failSpan,
  inSpan,
  noteOnSpan,
  type SpanOptions,
  startTracing,
  type TracingOptions,
  traceParent,
} from "./tracing.ts";
