/** How every client of AWS is set up: an answer that does not come is given up, and a throttled request repeated. */
export const awsClientOptions = (timeoutMs: number) => ({
  maxAttempts: 6,
  requestHandler: {
    connectionTimeout: Math.min(timeoutMs, 5_000),
    requestTimeout: timeoutMs,
    throwOnRequestTimeout: true,
  },
});
